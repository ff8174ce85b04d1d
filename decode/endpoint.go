package decode

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
	Unknown                 Endpoint = "unknown"                   // everything else
)

// Call is what the request line alone tells.
type Call struct {
	Endpoint Endpoint // ObjectStorage is never told by the request line
	JobID    int64    // number in the path: the job, for DownloadArtifacts the job that made them; 0 if none
	RunnerID int64    // number in the path of a token reset; 0 if none
	Prefix   string   // what stands before /api/v4: the relative URL root, "" or "/gitlab"; for Git what stands before the project is part of Project
	Project  string   // Git: path of the repository without ".git", with the leading slash
	Service  string   // Git: what follows ".git/", without query: "info/refs", "git-upload-pack", …
}

// Classify reads a request line. The path is the escaped path without query.
func Classify(method, path string) Call {
	panic("skeleton")
}
