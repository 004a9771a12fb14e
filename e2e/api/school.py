"""A server of its own, a teacher with a session and a token, and things for the API to be asked about."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from email import message_from_bytes
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a quiet harbour"
SCOPES = ["lessons:read", "lessons:write", "generate", "classes:read", "classes:write"]
# One pixel.
GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90400000000002c00000000010001000002024401003b")


class Server:
    """The program over an empty folder, with a private PostgreSQL."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="linguaglow-api-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        environment = {
            "PATH": os.environ["PATH"],
            "LINGUAGLOW_LISTEN": f"127.0.0.1:{port}",
            "LINGUAGLOW_DATA_DIR": str(self.folder),
            # Each request may come from an address of its own, so that limits by address stop nobody.
            "LINGUAGLOW_TRUST_PROXY": "true",
        }
        if levels := os.environ.get("LINGUAGLOW_LEVELS_FILE"):
            environment["LINGUAGLOW_LEVELS_FILE"] = levels
        self.log = open(self.folder / "server.log", "wb")
        binary = os.environ["LINGUAGLOW_BIN"]
        self.process = subprocess.Popen([binary, "server"], env=environment, stdout=self.log, stderr=self.log)
        self._wait()

    def _wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended:\n{(self.folder / 'server.log').read_text()}")
            try:
                if requests.get(f"{self.base}/readyz", timeout=2).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        raise SystemExit("the server is not ready after a minute")

    def letter(self, address: str, page: str) -> str:
        """The token of the newest link to `page` in a letter to `address`."""
        for _ in range(150):
            for file in sorted((self.folder / "outbox").glob("*"), reverse=True):
                letter = message_from_bytes(file.read_bytes())
                parts = [part.get_payload(decode=True) or b"" for part in letter.walk() if not part.is_multipart()]
                text = b"\n".join(parts).decode()
                found = re.search(rf"/{page}\?token=([\w-]+)", text)
                if address in str(letter["To"]) and found:
                    return found[1]
            time.sleep(0.1)
        raise SystemExit(f"no letter to {address} came")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Teacher:
    """Somebody who registered as people do, at a browser of their own."""

    def __init__(self, server: Server, name: str):
        self.base = server.base
        self.email = f"{name}@school.example"
        self.browser = requests.Session()
        new = {"name": name.capitalize(), "email": self.email, "password": PASSWORD, "locale": "en"}
        self.post("/auth/register", new)
        self.post("/auth/confirm-email", {"token": server.letter(self.email, "confirm-email")})
        self.token = self.post("/me/tokens", {"name": "third party", "scopes": SCOPES})["secret"]

    def login(self) -> requests.Session:
        """A session more, as of another device."""
        device = requests.Session()
        body = {"email": self.email, "password": PASSWORD}
        device.post(f"{self.base}/api/v1/auth/login", json=body, headers={"Origin": self.base}).raise_for_status()
        return device

    def post(self, path: str, body=None, **more):
        response = self.browser.post(f"{self.base}/api/v1{path}", json=body, headers={"Origin": self.base}, **more)
        response.raise_for_status()
        return response.json() if response.content else None

    def get(self, path: str):
        response = self.browser.get(f"{self.base}/api/v1{path}")
        response.raise_for_status()
        return response.json()

    # Things to ask about, each made anew.

    def course(self) -> dict:
        return self.post("/courses", {"title": "Course", "level": "A2", "target_language": "en", "students_language": "ru"})

    def lesson(self) -> dict:
        new = {"title": "Lesson", "topic": "Travel", "level": "A2", "target_language": "en", "students_language": "ru"}
        lesson = self.post("/lessons", new)
        self.task(lesson)
        return self.get(f"/lessons/{lesson['id']}")

    def task(self, lesson: dict) -> dict:
        parts = [{"text": "We "}, {"gap": {"id": "i1", "key": "went", "hint": "go"}}, {"text": " there."}]
        body = {"kind": "gap_fill", "content": {"parts": parts}}
        return self.post(f"/lessons/{lesson['id']}/tasks", {"section_id": lesson["sections"][0]["id"], "title": "Gaps", "body": body})

    def section(self, lesson: dict) -> dict:
        return self.post(f"/lessons/{lesson['id']}/sections", {"title": "Section"})

    def picture(self) -> dict:
        headers = {"Origin": self.base, "Content-Type": "image/gif"}
        response = self.browser.post(f"{self.base}/api/v1/files", data=GIF, headers=headers)
        response.raise_for_status()
        return response.json()

    def generation(self) -> dict:
        new = {"request_id": str(uuid.uuid4()), "topic": "Travel", "level": "A2", "target_language": "en", "students_language": "ru"}
        return self.post("/generation/runs", new)

    def class_of(self, lesson: dict) -> dict:
        return self.post("/classes", {"id": str(uuid.uuid4()), "lesson_id": lesson["id"]})
