"""Files that the bot puts there: an address, the bytes, the end; and how a message shows them.

https://docs.slack.dev/messaging/working-with-files, https://docs.slack.dev/reference/methods/files.completeUploadExternal.
Sharing at the end, by `channel_id`, is nothing that the bot does, and refused.
"""

import mimetypes
from typing import Any

from tests.slack.standin import numbers as n
from tests.slack.standin.refusal import Invalid, SlackNo, invalid
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Json, Upload

PICTURES = {"image/png", "image/jpeg", "image/gif"}


def get_url(ws: Workspace, arguments: Json) -> Json:
    length, alt = str(arguments.get("length", "")), str(arguments.get("alt_txt") or "")
    if not arguments.get("filename") or not length.isdigit() or length == "0":
        raise SlackNo("missing_argument")
    if int(length) > ws.largest_file:
        raise SlackNo("file_upload_size_restricted")
    if len(alt) > n.FILE_ALT:
        raise SlackNo("alt_txt_too_large")
    upload = Upload(ws.next_id("F"), ws.next_id("upload"), str(arguments["filename"]), int(length), alt)
    ws.uploads[upload.file] = upload
    return {"upload_url": f"{ws.base}/upload/v1/{upload.address}", "file_id": upload.file}


def take(ws: Workspace, address: str, data: bytes) -> Json:
    """The address is good for one upload, of exactly so many bytes as were named."""
    upload = next((each for each in ws.uploads.values() if each.address == address), None)
    if upload is None or upload.used:
        raise SlackNo("not_found", status=404)
    upload.used = True
    if len(data) != upload.length:
        raise SlackNo("length_mismatch", status=400)
    upload.data = data
    return {}


def complete(ws: Workspace, arguments: Json) -> Json:
    """Without a channel the file is nobody's but the bot's. Slack looks through it afterwards, for `file_lag`."""
    asked = arguments.get("files")
    if not isinstance(asked, list) or not asked or arguments.get("channel_id") or arguments.get("channels"):
        raise SlackNo("invalid_arguments")
    uploads = [ws.uploads.get(str(each.get("id", ""))) for each in asked]
    if any(upload is None or not upload.data or upload.file in ws.files for upload in uploads):
        raise SlackNo("file_not_found")
    return {"files": [_put(ws, upload, each) for upload, each in zip(uploads, asked, strict=True) if upload]}


def _put(ws: Workspace, upload: Upload, asked: Json) -> Json:
    upload.ready = ws.now() + ws.file_lag
    title = asked.get("title") or upload.name
    ws.files[upload.file] = {
        "id": upload.file, "created": int(ws.now()), "name": upload.name, "title": title, "user": ws.bot,
        "mimetype": mimetypes.guess_type(upload.name)[0] or "", "size": upload.length, "mode": "hosted",
        "filetype": upload.name.rpartition(".")[2], "is_external": False, "file_access": "visible",
        "url_private": f"{ws.base}/files-pri/{ws.team}-{upload.file}/{upload.name}", "alt_txt": upload.alt,
        "permalink": f"https://{ws.domain}.slack.com/files/{ws.bot}/{upload.file}/{upload.name}",
    }  # fmt: skip
    return {**ws.files[upload.file], "mimetype": "", "filetype": ""}


def check_pictures(ws: Workspace, blocks: list[Json]) -> None:
    """A picture of Slack's own is shown to those who may see the message, if the bot may see it and it is ready."""
    for number, block in enumerate(blocks):
        file = block.get("slack_file") if block["type"] == "image" else None
        if file is not None and not _is_ready(ws, str(file.get("id", ""))):
            raise invalid("invalid_blocks", Invalid("invalid slack file", f"/blocks/{number}/slack_file"))


def _is_ready(ws: Workspace, file: str) -> bool:
    return file in ws.files and ws.files[file]["mimetype"] in PICTURES and ws.uploads[file].ready <= ws.now()


def shared(ws: Workspace, arguments: Json) -> list[Json]:
    """The files whose links the bot says in a message's text, unless it wants nothing unfolded."""
    if any(str(arguments.get(name)).lower() in {"0", "false"} for name in ("unfurl_links", "unfurl_media")):
        return []
    ours, text = [ws.files[key] for key in ws.uploads if key in ws.files], arguments.get("text") or ""
    return [file for file in ours if file["permalink"] in text]


def by_ids(ws: Workspace, ids: Any) -> list[Json]:
    """`file_ids` of chat.update: a list, or the ids with commas between them."""
    wanted = ids if isinstance(ids, list) else [each for each in str(ids).split(",") if each]
    if any(each not in ws.files for each in wanted):
        raise SlackNo("file_not_found")
    return [ws.files[each] for each in wanted]
