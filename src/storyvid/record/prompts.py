"""Every prompt of a film as text, for people."""

from __future__ import annotations

from storyvid.film import Film


def prompts_text(film: Film) -> str:
    """Every prompt as a model gets it, for reading."""
    lines: list[str] = []
    for shot_id, request in film.requests.items():
        lines.append(f"{shot_id}  seed {request.seed}")
        if film.config.backend.makes_first_frames and request.opening == "text":
            lines.append(f"  keyframe: {request.first_frame_prompt}")
        for chunk in request.chunks:
            lines.append(
                f"  chunk {chunk.index + 1} ({chunk.num_frames} frames, seed {chunk.seed}): {chunk.prompt or '(takes no text)'}"
            )
        lines.append(f"  negative: {request.negative_prompt or '(none)'}")
    return "\n".join(lines) + "\n"
