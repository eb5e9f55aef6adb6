"""Orthanc tells Lobar of every study whose images have stopped arriving (StableAge, 60 s by default).

In orthanc.json, with the Python plugin: "PythonScript": "/etc/orthanc/orthanc-study-stable.py".

LOBAR_URL: where Lobar is, http://127.0.0.1:8080 by default.
LOBAR_TOKEN_FILE: a file that holds an access token; read again for every request.
"""

import json
import os
import threading
import time
import urllib.error
import urllib.request

import orthanc

URL = os.environ.get("LOBAR_URL", "http://127.0.0.1:8080") + "/v1/events/study-stable"
TOKEN_FILE = os.environ.get("LOBAR_TOKEN_FILE")
SECONDS = 3600  # for so long it is sent again


def send(study):
    headers = {"content-type": "application/json"}
    if TOKEN_FILE:
        with open(TOKEN_FILE, encoding="utf-8") as file:
            headers["authorization"] = "Bearer " + file.read().strip()
    body = json.dumps({"study": study}).encode()
    with urllib.request.urlopen(urllib.request.Request(URL, body, headers), timeout=120):
        pass


def tell(resource):
    end = time.monotonic() + SECONDS
    wait = 5
    while True:
        try:
            study = json.loads(orthanc.RestApiGet("/studies/" + resource))
            return send(study["MainDicomTags"]["StudyInstanceUID"])
        except (OSError, orthanc.OrthancException) as error:
            # Another try changes nothing where Lobar does not understand the event, or may not be asked.
            status = getattr(error, "code", 503)
            if status < 500 and status not in (408, 429) or time.monotonic() > end:
                return orthanc.LogError("Lobar was not told of a study: " + type(error).__name__)
        time.sleep(wait)
        wait = min(2 * wait, 300)


def on_change(change, level, resource):
    # In a thread of its own: Orthanc waits for this function, and Lobar asks Orthanc back.
    if change == orthanc.ChangeType.STABLE_STUDY:
        threading.Thread(target=tell, args=(resource,), daemon=True).start()


orthanc.RegisterOnChangeCallback(on_change)
