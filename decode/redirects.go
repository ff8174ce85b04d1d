package decode

import (
	"encoding/base64"
	"net/url"
	"strings"

	"runnertape"
)

// lead remembers where the answer x sent its client.
func (k *memory) lead(x *runnertape.Exchange, location string, job int64) {
	if location == "" {
		return
	}
	base, err := url.Parse(x.URL())
	if err != nil {
		return
	}
	to, err := base.Parse(location)
	if err != nil || to.Host == "" {
		return
	}
	k.remember(sameHost(to.Scheme, to.Host)+to.EscapedPath(), job)
	if x.Request.Method == "POST" {
		// runners up to 17.9 take of a 307 only the host, and send the same path there
		k.remember(sameHost(to.Scheme, to.Host)+x.Request.Path(), job)
	}
}

func (k *memory) remember(key string, job int64) {
	if _, known := k.redirects[key]; !known {
		k.sent = append(k.sent, key)
	}
	k.redirects[key] = job
	if len(k.sent) > maxRedirects {
		delete(k.redirects, k.sent[0])
		k.sent = k.sent[1:] // append moves it when it has to grow
	}
}

// redirect is the job whose artifact call was sent to where x goes.
func (k *memory) redirect(x *runnertape.Exchange) (job int64, ok bool) {
	if len(k.redirects) == 0 {
		return 0, false
	}
	job, ok = k.redirects[sameHost(x.Scheme, x.Host)+x.Request.Path()]
	return job, ok
}

// artifactsReferer is the artifact call a client says it comes from.
func artifactsReferer(x *runnertape.Exchange) (Call, bool) {
	from, err := url.Parse(x.Request.Header.Get("Referer"))
	if err != nil || from.Host == "" {
		return Call{}, false
	}
	call := Classify("GET", from.EscapedPath()) // uploads have the same path
	return call, call.Endpoint == DownloadArtifacts
}

func (k *memory) refersToArtifacts(x *runnertape.Exchange) bool {
	_, ok := artifactsReferer(x)
	return ok
}

// referred is the job that x's Referer tells, with the token that is passed on
// to the storage.
func (k *memory) referred(x *runnertape.Exchange, token string) int64 {
	call, ok := artifactsReferer(x)
	if !ok {
		return 0
	}
	return k.consumer(call.JobID, token)
}

// basicAuth reads the credentials of a Basic Authorization (RFC 7617).
func basicAuth(h runnertape.Header) (user, password string, ok bool) {
	scheme, encoded, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(plain), ":")
}

// sameHost is a host with its port in one spelling: lower case, without the
// port that is the scheme's own.
func sameHost(scheme, host string) string {
	host = strings.ToLower(host)
	switch strings.ToLower(scheme) {
	case "http":
		return strings.TrimSuffix(host, ":80")
	case "https":
		return strings.TrimSuffix(host, ":443")
	}
	return host
}

// repoPath is the path of a repository's URL without ".git", as in [Call].
func repoPath(repo string) string {
	u, err := url.Parse(repo)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.EscapedPath(), ".git")
}

// isAPI tells whether a path is one of GitLab's REST API.
func isAPI(path string) bool { return strings.Contains(path, api) }
