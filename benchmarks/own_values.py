"""False alarms of `leaked-local-secret`: an env file of 37 values, searched for in everything that public repositories track.

    python benchmarks/own_values.py CLONE…

Most of the values are what such code is full of: names of variables, words, hosts, paths, placeholders. Any finding is a false alarm.
"""

import subprocess
import sys
import time
from pathlib import Path

from mlgovern.facts.snapshot import File, Hidden, Snapshot
from mlgovern.rules.secrets.local import Settings, leaked_local_secret
from mlgovern.rules.secrets.local.search import Search
from mlgovern.rules.secrets.local.values import is_secret

COMMON = """APP_ENV=development HOST=localhost SECRET_KEY=changeme FLASK_SECRET_KEY=dev POSTGRES_PASSWORD=postgres
POSTGRES_DB=tensorflow REDIS_PASSWORD=tensorflow MINIO_SECRET=minioadmin MLFLOW_TRACKING_PASSWORD=password123
MLFLOW_TRACKING_TOKEN=training ADMIN_PASSWORD=administrator PGADMIN_PASSWORD=Summer2024! JUPYTER_TOKEN=requests
API_KEY=your-api-key-here TEST_TOKEN=test_token AUTH_TOKEN=Authorization CLIENT_SECRET=resnet50 SESSION_COOKIE=sessionid
SMTP_PASSWORD=smtp.example.com S3_SECRET=s3://bucket/path/data PRIVATE_KEY_PATH=~/.ssh/id_rsa DB_PASS=distributed_training
PASSWORD=cross_entropy_loss BASIC_AUTH_PASSWORD=user:pass TOKEN_SECRET=checkpoint NPM_TOKEN=learning_rate SLACK_TOKEN=batch_size
FERNET_KEY=model.state_dict WEBHOOK_SECRET=huggingface DEPLOY_KEY=load_state_dict SIGNING_KEY=pytest-8.3.0"""
SECRET = (
    "STAGING_URL=postgresql+psycopg2://app:" + "Zebra8RunsFast@db.internal/app",
    "AWS_ACCESS_KEY_ID=AKIA" + "4QWERTYUIOPASD2F",
    "AWS_SECRET_ACCESS_KEY=q7Xv0pLm2nRt" + "5sYw8bDf1gHj4kZc6aQe9uIo3xTr",
    "HF_TOKEN=hf_" + "bZvxbMXMEokbVQixpNbfYjODdKXyPeEdvL",
    "WANDB_API_KEY=0123abcd9876fedc" + "0123456789abcdef01234567",
    "JWT_SECRET=my-super-" + "secret-jwt-9",
)


def main() -> None:
    """A line for each clone."""
    own = Hidden({".env": "\n".join((*COMMON.split(), *SECRET)).encode()})
    values = Search(Snapshot(), own, Settings()).values
    print(f"{len(values)} values are looked for, of which {sum(is_secret(value, ()) for value in values)} would count")
    for clone in map(Path, sys.argv[1:]):
        snapshot = tracked(clone)._replace(own=own)
        begin = time.perf_counter()
        found = [*leaked_local_secret(snapshot, Settings())]
        seconds = time.perf_counter() - begin
        size = sum(map(len, snapshot.contents.values())) / 1e6
        print(
            f"{clone.name}: {len(found)} findings in {len(snapshot.files):,} files, {size:.1f} MB, {size / seconds:.0f} MB/s"
        )
        for finding in found:
            print(f"    {finding}")


def tracked(clone: Path) -> Snapshot:
    """Everything that is on disk of what a clone tracks."""
    names = (
        subprocess.run(["git", "ls-files", "-z"], cwd=clone, capture_output=True, check=True)
        .stdout.decode()
        .split("\0")
    )
    paths = [name for name in names if name and (clone / name).is_file()]
    contents = {path: (clone / path).read_bytes() for path in paths}
    return Snapshot(files=tuple(File(path, blob=path) for path in paths), contents=contents)


if __name__ == "__main__":
    main()
