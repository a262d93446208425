"""Pictures in and out: probe, read and write video files and images. The only package that imports av.

Clips are written as H.264 4:4:4 at a fixed quantiser: visually lossless (PSNR >= 45 dB against the RGB frames, on noise
too), several times cheaper than the final encode, and readable by anything built on FFmpeg. All YUV here is BT.709,
limited range, and tagged so.
"""

from storyvid.video.clip import write_clip
from storyvid.video.files import temporary_beside
from storyvid.video.film import FilmFormat, write_film
from storyvid.video.frame import Frame, FrameHasher, YuvFrame, frames_sha256, yuv_frame_like
from storyvid.video.graph import FilterGraph
from storyvid.video.image import read_image, write_image
from storyvid.video.lossless import LosslessWriter, read_lossless, write_lossless
from storyvid.video.planes import RgbToYuv, halve_chroma
from storyvid.video.preview import encode_preview
from storyvid.video.probe import VideoInfo, probe
from storyvid.video.read import RgbReader, read_frames, read_yuv_frames
from storyvid.video.sound import PlaceholderSound

__all__ = [
    "FilmFormat",
    "FilterGraph",
    "Frame",
    "FrameHasher",
    "LosslessWriter",
    "PlaceholderSound",
    "RgbReader",
    "RgbToYuv",
    "VideoInfo",
    "YuvFrame",
    "encode_preview",
    "frames_sha256",
    "halve_chroma",
    "probe",
    "read_frames",
    "read_image",
    "read_lossless",
    "read_yuv_frames",
    "temporary_beside",
    "write_clip",
    "write_film",
    "write_image",
    "write_lossless",
    "yuv_frame_like",
]
