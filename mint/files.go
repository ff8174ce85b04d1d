package mint

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// report is what GitLab says of a type of report: the format of its upload and the name of the file
// (GitLab app/models/concerns/enums/ci/job_artifact.rb).
type report struct{ format, name string }

var reports = map[string]report{
	"annotations":         {"gzip", "gl-annotations.json"},
	"cobertura":           {"gzip", "cobertura-coverage.xml"},
	"cyclonedx":           {"gzip", "gl-sbom.cdx.json"},
	"dotenv":              {"gzip", ".env"},
	"jacoco":              {"gzip", "jacoco-coverage.xml"},
	"junit":               {"gzip", "junit.xml"},
	"metrics":             {"gzip", "metrics.txt"},
	"lsif":                {"zip", "lsif.json"},
	"accessibility":       {"raw", "gl-accessibility.json"},
	"api_fuzzing":         {"raw", "gl-api-fuzzing-report.json"},
	"browser_performance": {"raw", "browser-performance.json"},
	"codequality":         {"raw", "gl-code-quality-report.json"},
	"container_scanning":  {"raw", "gl-container-scanning-report.json"},
	"coverage_fuzzing":    {"raw", "gl-coverage-fuzzing.json"},
	"dast":                {"raw", "gl-dast-report.json"},
	"dependency_scanning": {"raw", "gl-dependency-scanning-report.json"},
	"load_performance":    {"raw", "load-performance.json"},
	"requirements":        {"raw", "requirements.json"},
	"sast":                {"raw", "gl-sast-report.json"},
	"secret_detection":    {"raw", "gl-secret-detection-report.json"},
	"terraform":           {"raw", "tfplan.json"},
}

// Archive is an upload of files in one archive, which runners then call artifacts.zip (GitLab
// app/presenters/ci/build_runner_presenter.rb).
func Archive(paths []string) json.RawMessage {
	return encode(members(
		"artifact_type", "archive", "artifact_format", "zip", "name", nil, "untracked", nil, "paths", paths, "when", nil, "expire_in", nil,
	))
}

// Report is an upload of a report, such as "junit". The error says which types there are.
func Report(kind string, paths []string) (json.RawMessage, error) {
	known, ok := reports[kind]
	if !ok {
		return nil, fmt.Errorf("%q is no type of report; there are %s", kind, strings.Join(slices.Sorted(maps.Keys(reports)), ", "))
	}
	return encode(members("artifact_type", kind, "artifact_format", known.format, "name", known.name, "paths", paths, "when", "always")), nil
}

// Cache is one cache.
func Cache(key string, paths []string) json.RawMessage {
	return encode(members(
		"key", key, "untracked", false, "paths", paths, "policy", "pull-push", "when", "on_success", "fallback_keys", []string{},
	))
}

// Image is the container of a job.
func Image(name string) json.RawMessage { return encode(image(name)) }

// Service is a container beside it, with the names it is reached by, "" for those that runners make of the image's.
func Service(name, alias string) json.RawMessage {
	o := image(name)
	o.set("alias", nil)
	if alias != "" {
		o.set("alias", alias)
	}
	o.set("command", nil)
	o.set("variables", []string{})
	return encode(o)
}

func image(name string) object {
	return members("name", name, "entrypoint", nil, "executor_opts", object{}, "ports", []string{}, "pull_policy", nil)
}
