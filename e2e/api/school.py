"""A server of its own, a teacher with a session and a token, and things for the API to be asked about."""

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import requests
from websocket import create_connection

ROOT = Path(__file__).resolve().parents[2]
# Stored content of each kind of task.
GOLDEN = ROOT / "crates/types/tests/golden"
PASSWORD = "a quiet harbour"
SCOPES = ["lessons:read", "lessons:write", "generate", "classes:read", "classes:write"]
# A GIF of one pixel.
GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90400000000002c00000000010001000002024401003b")
# Long enough for every kind of task that is made from a text.
TEXT = (
    "My friend Maria lives in Spain. She went to a small village last summer. The train was late and she waited for two "
    "hours. An old man helped her with the luggage. They talked about the weather. In the evening she arrived at the hotel."
)


def letter(folder: Path, address: str, page: str) -> str:
    """The token of the newest link to `page` in a letter to `address`."""
    for _ in range(300):
        for file in sorted((folder / "outbox").glob("*"), reverse=True):
            message = message_from_bytes(file.read_bytes())
            parts = [part.get_payload(decode=True) or b"" for part in message.walk() if not part.is_multipart()]
            found = re.search(rf"/{page}\?token=([\w-]+)", b"\n".join(parts).decode())
            if address in str(message["To"]) and found:
                return found[1]
        time.sleep(0.05)
    raise SystemExit(f"no letter to {address} came")


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
            # Requests may claim different addresses, so that limits by address don't refuse them.
            "LINGUAGLOW_TRUST_PROXY": "true",
            # The fuzzer joins the same class again and again.
            "LINGUAGLOW_CLASS_MEMBERS": "5000",
        }
        if levels := os.environ.get("LINGUAGLOW_LEVELS_FILE"):
            environment["LINGUAGLOW_LEVELS_FILE"] = levels
        self.log = open(self.folder / "server.log", "wb")
        binary = os.environ["LINGUAGLOW_BIN"]
        self.process = subprocess.Popen([binary, "server"], env=environment, stdout=self.log, stderr=self.log)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

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

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        finally:
            self.process.kill()
            self.log.close()
            shutil.rmtree(self.folder, ignore_errors=True)


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, base: str):
        self.base = base
        self.browser = requests.Session()

    def ask(self, method: str, path: str, **more) -> requests.Response:
        headers = {"Origin": self.base, "X-Forwarded-For": some_address(), **more.pop("headers", {})}
        for _ in range(60):
            response = self.browser.request(method, f"{self.base}/api/v1{path}", headers=headers, **more)
            if response.status_code != 429:
                break
            time.sleep(1)
        response.raise_for_status()
        return response

    def get(self, path: str):
        return self.ask("GET", path).json()

    def post(self, path: str, body=None):
        response = self.ask("POST", path, json=body)
        return response.json() if response.content else None

    def answer(self, run: str, task: dict):
        """Checks the first gap of a task in the room of a run, as a student does."""
        gap = next(part["gap"] for part in task["body"]["content"]["parts"] if "gap" in part)
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.browser.cookies)
        url = f"{self.base.replace('http', 'ws')}/api/v1/runs/{run}/socket"
        check = {
            "type": "check",
            "task": task["id"],
            "answers": [{"item": gap["id"], "response": {"text": gap["key"]}}],
            "at": datetime.now(UTC).isoformat(),
        }
        room = create_connection(url, cookie=cookie, origin=self.base, timeout=10)
        room.send(json.dumps({"type": "hello", "protocol": 1}))
        room.send(json.dumps({"type": "propose", "id": str(uuid.uuid4()), "what": check}))
        while (heard := json.loads(room.recv()))["type"] != "ack":
            assert heard["type"] != "refused", heard
        room.close()


def some_address() -> str:
    # Independent of `random`, which fuzzers reseed for each request.
    number = random.SystemRandom().randrange
    return f"10.{number(256)}.{number(256)}.{number(256)}"


class Teacher(Person):
    """Somebody who registered as people do."""

    def __init__(self, base: str, name: str):
        super().__init__(base)
        self.email = f"{name}@school.example"
        self.post("/auth/register", {"name": name.capitalize(), "email": self.email, "password": PASSWORD, "locale": "en"})

    def confirmed(self, folder: Path):
        self.post("/auth/confirm-email", {"token": letter(folder, self.email, "confirm-email")})
        self.token = self.post("/me/tokens", {"name": "third party", "scopes": SCOPES})["secret"]
        return self

    def login(self) -> Person:
        """A session more, as of another device."""
        device = Person(self.base)
        device.post("/auth/login", {"email": self.email, "password": PASSWORD})
        return device

    # Each of these makes a new object.

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
        return self.ask("POST", "/files", data=GIF, headers={"Content-Type": "image/gif"}).json()

    def generation(self, source: dict | None = None) -> dict:
        """A run of the built-in generator that has ended."""
        new = {"request_id": str(uuid.uuid4()), "topic": "Travel", "level": "A2", "target_language": "en", "students_language": "ru"}
        run = self.post("/generation/runs", {**new, "source": source})
        while run["status"] == "running":
            time.sleep(0.1)
            run = self.get(f"/generation/runs/{run['id']}")
        return run

    def lessons_of_all_kinds(self) -> list[dict]:
        """Lessons that have every kind of task between them: as the generator makes them, and what it leaves out."""
        lessons = [self.get(f"/lessons/{self.generation(source)['lesson_id']}") for source in (None, {"text": TEXT})]
        made = set(map(kind_of, tasks_of(lessons)))
        first = lessons[0]
        for golden in map(json.loads, (file.read_text() for file in sorted(GOLDEN.glob("*.[0-9]*.json")))):
            if golden["kind"] not in made:
                body = {"kind": golden["kind"], "content": golden["content"]}
                new = {"section_id": first["sections"][0]["id"], "title": golden["kind"], "body": body}
                self.post(f"/lessons/{first['id']}/tasks", new)
        return [self.get(f"/lessons/{first['id']}"), *lessons[1:]]

    def class_of(self, lesson: dict) -> dict:
        return self.post("/classes", {"id": str(uuid.uuid4()), "lesson_id": lesson["id"]})

    def guest(self, code: str) -> Person:
        student = Person(self.base)
        student.post(f"/invitations/{code}/members", {"name": "Anna"})
        return student


def tasks_of(lessons: list[dict]) -> list[dict]:
    return [task for lesson in lessons for section in lesson["sections"] for task in section["tasks"]]


def kind_of(task: dict) -> str:
    return task["body"]["kind"]
