package decode

import (
	"slices"
	"testing"
)

func TestClassify(t *testing.T) {
	tests := []struct {
		method, path string
		want         Call
	}{
		{"POST", "/api/v4/runners", Call{Endpoint: RegisterRunner}},
		{"POST", "/a/b/api/v4/runners/verify", Call{Endpoint: VerifyRunner, Prefix: "/a/b"}},
		{"DELETE", "/api/v4/runners", Call{Endpoint: UnregisterRunner}},
		{"DELETE", "/api/v4/runners/managers", Call{Endpoint: UnregisterRunnerManager}},
		{"POST", "/api/v4/runners/reset_authentication_token", Call{Endpoint: ResetToken}},
		{"POST", "/api/v4/runners/7/reset_authentication_token", Call{Endpoint: ResetToken, RunnerID: 7}},
		{"POST", "/api/v4/runners/reset_registration_token", Call{Endpoint: Unknown}},
		{"GET", "/api/v4/runners/router/discovery", Call{Endpoint: RouterDiscovery}},
		{"POST", "/api/v4/jobs/request", Call{Endpoint: RequestJob}},
		{"GET", "/api/v4/jobs/request", Call{Endpoint: Unknown}},
		{"PUT", "/gitlab/api/v4/jobs/42", Call{Endpoint: UpdateJob, JobID: 42, Prefix: "/gitlab"}},
		{"PUT", "/api/v4/jobs/42/trace", Call{Endpoint: Unknown}},
		{"PATCH", "/api/v4/jobs/42/trace", Call{Endpoint: PatchTrace, JobID: 42}},
		{"POST", "/api/v4/jobs/42/artifacts", Call{Endpoint: UploadArtifacts, JobID: 42}},
		{"POST", "/api/v4/jobs/42/artifacts/authorize", Call{Endpoint: Unknown}},
		{"GET", "/api/v4/jobs/42/artifacts", Call{Endpoint: DownloadArtifacts, JobID: 42}},
		{"GET", "/api/v4/jobs/0/artifacts", Call{Endpoint: Unknown}},
		{"GET", "/api/v4/jobs/-1/artifacts", Call{Endpoint: Unknown}},
		{"GET", "/api/v4/jobs/+1/artifacts", Call{Endpoint: Unknown}},
		{"GET", "/api/v4/jobs/99999999999999999999/artifacts", Call{Endpoint: Unknown}},
		{"GET", "/api/v4/job", Call{Endpoint: Unknown}},
		{"GET", "/g/p.git/info/refs", Call{Endpoint: Git, Project: "/g/p", Service: "info/refs"}},
		{"GET", "/root/g/s/p/info/refs", Call{Endpoint: Git, Project: "/root/g/s/p", Service: "info/refs"}},
		{"POST", "/g/p.git/git-upload-pack", Call{Endpoint: Git, Project: "/g/p", Service: "git-upload-pack"}},
		{"POST", "/g/p/git-upload-pack", Call{Endpoint: Git, Project: "/g/p", Service: "git-upload-pack"}},
		{"POST", "/g/p.git/git-receive-pack", Call{Endpoint: Git, Project: "/g/p", Service: "git-receive-pack"}},
		{"POST", "/g/p/git-receive-pack", Call{Endpoint: Unknown}},
		{"POST", "/g/p.git/info/lfs/objects/batch", Call{Endpoint: Git, Project: "/g/p", Service: "info/lfs/objects/batch"}},
		{"GET", "/g/p.git/gitlab-lfs/objects/aa", Call{Endpoint: Git, Project: "/g/p", Service: "gitlab-lfs/objects/aa"}},
		{"GET", "/g/p.wiki.git/info/refs", Call{Endpoint: Git, Project: "/g/p.wiki", Service: "info/refs"}},
		{"GET", "/.git/info/refs", Call{Endpoint: Unknown}},
		{"GET", "/info/refs", Call{Endpoint: Unknown}},
		{"GET", "/x/api/v4/projects/1", Call{Endpoint: Unknown, Prefix: "/x"}},
		{"GET", "/api/v4/p.git/info/refs", Call{Endpoint: Git, Project: "/api/v4/p", Service: "info/refs"}},
		{"GET", "/", Call{Endpoint: Unknown}},
		{"OPTIONS", "*", Call{Endpoint: Unknown}},
		{"", "", Call{Endpoint: Unknown}},
	}
	for _, tt := range tests {
		if got := Classify(tt.method, tt.path); got != tt.want {
			t.Errorf("Classify(%q, %q) = %+v, want %+v", tt.method, tt.path, got, tt.want)
		}
		if !slices.Contains(Endpoints(), tt.want.Endpoint) {
			t.Errorf("%s is not among Endpoints", tt.want.Endpoint)
		}
	}
}
