"""What Schemathesis cannot know by itself of uploads, of representations and of a stream of events."""

import itertools
import json

import jsonschema_rs
import schemathesis
from schemathesis.transport import register_serializer

BOUNDARY = "schemathesis"
turn = itertools.count()


def upload(_context, value):
    """multipart/related has parts without names (RFC 2387); each item of `instance` is one."""
    items = value.get("instance") if isinstance(value, dict) else value
    parts = items if isinstance(items, list) else [items]
    head = f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    body = b"".join(head + str(part).encode("utf-8", "surrogatepass") + b"\r\n" for part in parts)
    content_type = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
    return {"data": body + f"--{BOUNDARY}--\r\n".encode(), "headers": {"Content-Type": content_type}}


register_serializer(upload, "multipart/related")


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Asks for each representation in turn. Accept is no parameter of OpenAPI, and may not be one."""
    answers = case.operation.definition.raw["responses"]["200"].get("content", {})
    offered = [*answers, "*/*", "application/fhir+json"]
    # What is wrong with an upload is told in its stream, which has begun with 200 by then.
    if case.meta is not None and case.meta.generation.mode.is_negative:
        offered = [one for one in offered if one != "text/event-stream"]
    if "Accept" not in (case.headers or {}):
        case.headers = {**(case.headers or {}), "Accept": offered[next(turn) % len(offered)]}


@schemathesis.deserializer("text/event-stream")
def stream(_context, _response):
    """Its schema is of the whole stream (OpenAPI 3.1), which Schemathesis would take for that of one event."""
    raise NotImplementedError("events_conformance looks into it")


@schemathesis.check
def events_conformance(_context, response, case):
    """A stream ends with an analysis or a problem, and each of its events is an AnalysisEvent."""
    if not response.headers.get("content-type", [""])[0].startswith("text/event-stream"):
        return
    components = case.operation.schema.raw_schema["components"]
    event_schema = {"$ref": "#/components/schemas/AnalysisEvent", "components": components}
    blocks = [block for block in response.content.decode("utf-8").split("\n\n") if block]
    events = [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks if block[0] != ":"]
    for event in events:
        jsonschema_rs.validate(event_schema, {"event": event["event"], "data": json.loads(event["data"])})
    names = [event["event"] for event in events]
    assert names[-1] in ("analysis", "problem"), names
    assert all(name in ("progress", "document") for name in names[:-1]), names
