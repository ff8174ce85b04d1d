package decode

import (
	"strconv"
	"strings"
)

// Endpoint is which runner API call an exchange is.
type Endpoint string

// The runner API calls, and what passes beside them.
const (
	RegisterRunner          Endpoint = "register_runner"           // POST runners
	VerifyRunner            Endpoint = "verify_runner"             // POST runners/verify
	UnregisterRunner        Endpoint = "unregister_runner"         // DELETE runners
	UnregisterRunnerManager Endpoint = "unregister_runner_manager" // DELETE runners/managers
	ResetToken              Endpoint = "reset_token"               // POST runners/reset_authentication_token, POST runners/:id/reset_authentication_token
	RequestJob              Endpoint = "request_job"               // POST jobs/request
	UpdateJob               Endpoint = "update_job"                // PUT jobs/:id
	PatchTrace              Endpoint = "patch_trace"               // PATCH jobs/:id/trace
	UploadArtifacts         Endpoint = "upload_artifacts"          // POST jobs/:id/artifacts
	DownloadArtifacts       Endpoint = "download_artifacts"        // GET jobs/:id/artifacts
	RouterDiscovery         Endpoint = "router_discovery"          // GET runners/router/discovery
	Git                     Endpoint = "git"                       // smart HTTP and LFS of a repository
	ObjectStorage           Endpoint = "object_storage"            // where a redirect of the upstream led
	Cache                   Endpoint = "cache"                     // presigned […/]project/ID/KEY in object storage, by GET, PUT or HEAD
	Unknown                 Endpoint = "unknown"                   // everything else
)

// Endpoints are all of them.
func Endpoints() []Endpoint {
	return []Endpoint{
		RegisterRunner, VerifyRunner, UnregisterRunner, UnregisterRunnerManager, ResetToken, RequestJob, UpdateJob, PatchTrace,
		UploadArtifacts, DownloadArtifacts, RouterDiscovery, Git, ObjectStorage, Cache, Unknown,
	}
}

// Call is what the request line alone tells.
type Call struct {
	Endpoint Endpoint // ObjectStorage and Cache are never told by the request line without its query
	JobID    int64    // number in the path: the job, for DownloadArtifacts the job that made them; 0 if none
	RunnerID int64    // number in the path of a token reset; 0 if none
	Prefix   string   // what stands before /api/v4: the relative URL root, "" or "/gitlab"; for Git what stands before the project is part of Project
	Project  string   // Git: path of the repository without ".git", with the leading slash
	Service  string   // Git: what follows ".git/", without query: "info/refs", "git-upload-pack", …
}

// api is what every path of the runner API has after the relative URL root.
const api = "/api/v4/"

// Classify reads a request line. The path is the escaped path without query.
//
// The calls are those of gitlab-runner network/gitlab.go and of GitLab's
// lib/api/ci/runner.rb; "POST jobs/:id/artifacts/authorize" is not among them,
// because only Workhorse sends it, behind any proxy of the runner.
func Classify(method, path string) Call {
	if at := strings.Index(path, api); at >= 0 {
		call := classifyAPI(method, path[at+len(api):])
		call.Prefix = path[:at]
		if call.Endpoint != Unknown {
			return call
		}
	}
	if call, ok := classifyGit(path); ok {
		return call
	}
	call := Call{Endpoint: Unknown}
	if at := strings.Index(path, api); at >= 0 {
		call.Prefix = path[:at]
	}
	return call
}

// fixed are the calls without a number in their path.
var fixed = map[string]Endpoint{
	"POST runners":                            RegisterRunner,
	"POST runners/verify":                     VerifyRunner,
	"DELETE runners":                          UnregisterRunner,
	"DELETE runners/managers":                 UnregisterRunnerManager,
	"POST runners/reset_authentication_token": ResetToken,
	"POST jobs/request":                       RequestJob,
	"GET runners/router/discovery":            RouterDiscovery,
}

// classifyAPI reads what follows "/api/v4/".
func classifyAPI(method, rest string) Call {
	if len(rest) > 64 { // longer than any call, and not worth a key
		return Call{Endpoint: Unknown}
	}
	if e, ok := fixed[method+" "+rest]; ok {
		return Call{Endpoint: e}
	}
	kind, rest, _ := strings.Cut(rest, "/")
	number, tail, _ := strings.Cut(rest, "/")
	id, ok := parseID(number)
	if !ok {
		return Call{Endpoint: Unknown}
	}
	switch method + " " + kind + "/:id/" + tail {
	case "PUT jobs/:id/":
		return Call{Endpoint: UpdateJob, JobID: id}
	case "PATCH jobs/:id/trace":
		return Call{Endpoint: PatchTrace, JobID: id}
	case "POST jobs/:id/artifacts":
		return Call{Endpoint: UploadArtifacts, JobID: id}
	case "GET jobs/:id/artifacts":
		return Call{Endpoint: DownloadArtifacts, JobID: id}
	case "POST runners/:id/reset_authentication_token":
		return Call{Endpoint: ResetToken, RunnerID: id}
	}
	return Call{Endpoint: Unknown}
}

// gitServices end a path that is certainly git's. What has ".git" before it is
// a repository; what has not is believed for the first two only, since other
// paths of a server may end in the third by chance.
var gitServices = []string{"info/refs", "git-upload-pack", "git-receive-pack"}

// classifyGit reads a path of smart HTTP or LFS (git http-backend(1), git-lfs
// docs/api). GitLab keeps LFS objects below ".git/gitlab-lfs/".
func classifyGit(path string) (Call, bool) {
	for _, root := range []string{"/info/lfs/", "/gitlab-lfs/"} {
		if at := strings.Index(path, ".git"+root); at > 1 {
			return Call{Endpoint: Git, Project: path[:at], Service: path[at+len(".git/"):]}, true
		}
	}
	for i, service := range gitServices {
		project, ok := strings.CutSuffix(path, "/"+service)
		if !ok {
			continue
		}
		repo, dotted := strings.CutSuffix(project, ".git")
		if (dotted || i < 2) && len(repo) > 1 && repo[0] == '/' {
			return Call{Endpoint: Git, Project: repo, Service: service}, true
		}
	}
	return Call{}, false
}

// parseID reads a positive decimal number without sign.
func parseID(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n > 0 && s[0] != '+'
}
