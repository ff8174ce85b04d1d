package replay

import (
	"net/http"
	"net/url"
	"strings"
)

// elsewhere begins the path by which a runner that has us for its GitLab comes to other hosts, as
// with the recorder's --rewrite-urls: /.runnertape/https/storage.example/path.
const elsewhere = "/.runnertape/"

// fromElsewhere is a request under that path as one that names the host itself; others are as they are.
func fromElsewhere(req *http.Request) *http.Request {
	rest, ok := strings.CutPrefix(req.URL.EscapedPath(), elsewhere)
	if !ok || req.URL.Host != "" {
		return req
	}
	scheme, rest, _ := strings.Cut(rest, "/")
	if scheme != "http" && scheme != "https" {
		return req
	}
	to, err := url.Parse(scheme + "://" + rest)
	if err != nil || to.Host == "" {
		return req
	}
	to.RawQuery = req.URL.RawQuery
	moved := req.WithContext(req.Context())
	moved.URL = to
	return moved
}

// redirect is where a download is redirected to, "" if it is not: where the recorded one was, if the runner then
// comes to us: it named the real host, and its proxy variable is the same for the storage. In reverse there is none, as it would lead
// nowhere else. What it leads to is what the job has made in this replay, or was recorded.
//
// GitLab redirects whoever says direct_download=true. Runners since 19.0 ask twice, and follow the second time (gitlab-runner network/gitlab.go
// DownloadArtifacts).
func (r *Replayer) redirect(req *http.Request, d *download, made *sent) string {
	if d == nil || d.moved == nil || r.loop || // in which there are several of each job
		req.URL.Query().Get("direct_download") != "true" || made == nil && d.moved.lost != "" {
		return ""
	}
	if to := d.to; to.Scheme == req.URL.Scheme && r.reached != nil && r.reached(to.Scheme, hostPort(to.Scheme, to.Host)) {
		return to.String()
	}
	return ""
}
