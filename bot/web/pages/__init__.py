"""The pages: the web chat, whose scripts do the rest, and the one that describes the API. Nothing is from elsewhere."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

HERE = Path(__file__).parent


class _Fresh(StaticFiles):
    """A browser asks each time whether the file has changed, so that a new release is not half old."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def pages(app: FastAPI, name: str, *, act_as: bool) -> None:
    """`/`, `/home` and `/docs`. `name` is the desk's."""
    templates = Jinja2Templates(HERE / "templates")
    app.mount("/static", _Fresh(directory=HERE / "static"))

    async def chat(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(request, "chat.html", {"name": name, "act_as": act_as})

    async def docs(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(request, "docs.html", {"name": name, "calls": calls(app.openapi())})

    for path in ("/", "/home"):
        app.add_api_route(path, chat, include_in_schema=False)
    app.add_api_route("/docs", docs, include_in_schema=False)


def calls(openapi: dict[str, Any]) -> list[dict[str, Any]]:
    """What the page of the API shows of each call: method, path, what it is for, what goes in, what may come back."""
    return [
        {
            "method": method.upper(), "path": path, "about": call.get("description") or call.get("summary", ""),
            "inputs": [*_parameters(call), *_body(call, openapi)],
            "answers": [(status, answer.get("description", "")) for status, answer in call["responses"].items()],
        }
        for path, methods in openapi["paths"].items()
        for method, call in methods.items()
    ]  # fmt: skip


def _parameters(call: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(p["name"], p["in"], p.get("required", False)) for p in call.get("parameters", [])]


def _body(call: dict[str, Any], openapi: dict[str, Any]) -> list[tuple[str, str, bool]]:
    schema = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    model = openapi.get("components", {}).get("schemas", {}).get(schema.get("$ref", "").rpartition("/")[2], {})
    return [(name, "body", name in model.get("required", [])) for name in model.get("properties", {})]
