"""Validates Kubernetes objects strictly against the schemas of several versions of Kubernetes.

    validate-objects.py VERSION... < objects.json

Standard input is a JSON list of objects. Kinds that Kubernetes itself has no schema for (custom resources) are named, not checked. Prints one
JSON object: `problems`, a list of sentences, `checked`, how many pairs of object and version were, and `unknown`, kinds without a schema.
"""
import json
import sys

import kubernetes_validate

objects = json.load(sys.stdin)
problems = []
unknown = set()
checked = 0
for version in sys.argv[1:]:
    for value in objects:
        title = f"{value.get('kind')} {value.get('metadata', {}).get('name')}"
        try:
            kubernetes_validate.validate(value, version, strict=True)
            checked += 1
        except kubernetes_validate.SchemaNotFoundError:
            unknown.add(f"{value.get('apiVersion')} {value.get('kind')}")
        except kubernetes_validate.ValidationError as error:
            path = ".".join(str(part) for part in error.path)
            problems.append(f"{version}: {title}: {path}: {error.message[:300]}")
json.dump({"problems": problems, "checked": checked, "unknown": sorted(unknown)}, sys.stdout)
