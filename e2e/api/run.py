"""The API as a third party meets it: validator, generated clients, fuzzer, all against the real program.

`EXAMPLES` (20) is how many requests are generated for an operation, `SEED` (1) which ones. With arguments only those of
`tools`, `typescript`, `token` and `session`.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import tools
from school import ROOT, Server, Teacher

HERE = Path(__file__).resolve().parent
CHECKS = ",".join([
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
])


def typescript(teacher: Teacher):
    """A client whose types are the document's, compiled strictly, then a teacher's day with a token."""
    bin = HERE / "node_modules" / ".bin"
    subprocess.run([bin / "openapi-typescript", ROOT / "openapi.yaml", "--output", HERE / "generated" / "api.ts"],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run([bin / "tsc", "--project", HERE], check=True)
    environment = {**os.environ, "API_BASE": teacher.base, "API_TOKEN": teacher.token}
    subprocess.run(["node", HERE / "generated" / "js" / "third-party.js"], check=True, env=environment)


def fuzz(teacher: Teacher, caller: str):
    """Every operation with generated requests: no failure of ours, nothing that the document doesn't say."""
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
        "API_BASE": teacher.base,
        "API_EMAIL": teacher.email,
        "API_TOKEN": teacher.token,
        "API_CALLER": caller,
        "API_SEED": os.environ.get("SEED", "1"),
    }
    command = [
        Path(sys.executable).parent / "schemathesis", "run", ROOT / "openapi.yaml", "--url", teacher.base,
        "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", os.environ.get("EXAMPLES", "20"),
        "--seed", os.environ.get("SEED", "1"), "--continue-on-failure", "--warnings", "off", "--no-color",
        "--suppress-health-check", "all", "--request-timeout", "30",
    ]
    if subprocess.run(command, env=environment, cwd=teacher_folder()).returncode:
        raise SystemExit(f"what the API answers to a {caller} is not what the document says")


def teacher_folder() -> str:
    """Where the fuzzer may leave its notes."""
    folder = HERE / "generated"
    folder.mkdir(exist_ok=True)
    return str(folder)


STEPS = {
    "tools": tools.all_of_them,
    "typescript": typescript,
    "token": lambda teacher: fuzz(teacher, "token"),
    "session": lambda teacher: fuzz(teacher, "session"),
}


def main():
    wanted = sys.argv[1:] or list(STEPS)
    server = Server()
    try:
        for name in wanted:
            began = time.monotonic()
            STEPS[name](Teacher(server, f"teacher-{name}"))
            print(f"  {name}: good, {time.monotonic() - began:.0f} s", flush=True)
    except BaseException:
        faults = [line for line in (server.folder / "server.log").read_text().splitlines() if "ERROR" in line or "WARN" in line]
        print("\n".join(faults[-20:]), file=sys.stderr)
        raise
    finally:
        server.stop()


main()
