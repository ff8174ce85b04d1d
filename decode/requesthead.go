package decode

import (
	"net/url"
	"strings"

	"runnertape"
)

// RequestHead is what the header fields of a request say, beside those that a
// message has itself (gitlab-runner network/client.go, common/version.go).
type RequestHead struct {
	Agent          Agent         `json:"agent,omitzero"`            // User-Agent
	Accept         string        `json:"accept,omitempty"`          // "application/json" where the runner reads a JSON answer; not for update_job, patch_trace, DELETE and artifacts
	AcceptEncoding string        `json:"accept_encoding,omitempty"` // "gzip", added by Go and unpacked by it; not with a Range
	ContentType    string        `json:"content_type,omitempty"`    // of the body, with parameters
	Tokens         []HeaderToken `json:"tokens,omitempty"`          // which fields carried tokens, in their order
	Referer        string        `json:"referer,omitempty"`         // host and path of the address that led here by a redirect, added by Go
}

// Agent is the program behind a User-Agent: "gitlab-runner VERSION (BRANCH;
// GOVERSION; OS/ARCH)", of its git "gitlab-runner VERSION OS/ARCH". Up to 19.0 all of
// a runner's requests have it; since then not the first of a direct download.
type Agent struct {
	Name     string `json:"name"`               // "gitlab-runner"; of another program all it says, like "Go-http-client/1.1"
	Version  string `json:"version,omitempty"`  // "17.9.0"; may contain blanks: "development version"
	Branch   string `json:"branch,omitempty"`   // "17-9-stable", "HEAD"
	Go       string `json:"go,omitempty"`       // version of the compiler: "go1.23.2"
	Platform string `json:"platform,omitempty"` // "linux/amd64"
}

// HeaderToken says that a header field carried a token, and of which kind. The
// token is in the header of the exchange.
type HeaderToken struct {
	Header string    `json:"header"`         // "Runner-Token" (since 17.11), "Job-Token", "Private-Token" (16.10 to 17.10; of all versions for a personal access token), "Authorization"
	Kind   TokenKind `json:"kind,omitempty"` // what it is; empty if not known
}

// TokenKind is what a token is for.
type TokenKind string

// The kinds of token.
const (
	RunnerKind       TokenKind = "runner"          // of a runner
	RegistrationKind TokenKind = "registration"    // registers runners
	JobKind          TokenKind = "job"             // of a job, or of one whose artifacts are fetched
	PersonalKind     TokenKind = "personal_access" // of a person, project or group
)

// readRequestHead reads the header of a request; fields that are not known are gaps.
func readRequestHead(e Endpoint, r *runnertape.Request, n *notes) RequestHead {
	var h RequestHead
	for _, f := range r.Header {
		switch knownHeaders.use(f.Name) {
		case unknown:
			n.headerGap(e, "request header", f)
		case useAgent:
			h.Agent = parseAgent(f.Value)
		case useAccept:
			h.Accept = clean(f.Value, 200)
		case useAcceptEncoding:
			h.AcceptEncoding = clean(f.Value, 200)
		case useContentType:
			h.ContentType = clean(f.Value, 200)
		case useReferer:
			h.Referer = withoutSecrets(f.Value)
		case useToken:
			if len(h.Tokens) < 10 {
				h.Tokens = append(h.Tokens, HeaderToken{Header: clean(f.Name, 40), Kind: tokenKind(e, f.Name, f.Value)})
			}
		}
	}
	return h
}

// tokenPrefixes tell a token's kind (docs/protocol.md §3.2).
var tokenPrefixes = []struct {
	prefix string
	kind   TokenKind
}{
	{"glrt-", RunnerKind},
	{"glcbt-", JobKind},
	{"glpat-", PersonalKind},
	{"glrtr-", RegistrationKind},
	{"GR1348941", RegistrationKind},
	{"t1_", RunnerKind},
	{"t2_", RunnerKind},
	{"t3_", RunnerKind},
}

// tokenKind tells a token by its prefix, else by who sends it where.
func tokenKind(e Endpoint, header, token string) TokenKind {
	if strings.EqualFold(header, "Authorization") {
		scheme, _, _ := strings.Cut(token, " ")
		if !strings.EqualFold(scheme, "Basic") || e != Git {
			return ""
		}
		return JobKind
	}
	for _, p := range tokenPrefixes {
		if strings.HasPrefix(token, p.prefix) {
			return p.kind
		}
	}
	switch {
	case strings.EqualFold(header, "Job-Token"), e == UpdateJob:
		return JobKind
	case e == RegisterRunner:
		return RegistrationKind
	case e == ResetToken, e == Unknown:
		return PersonalKind
	}
	return RunnerKind
}

func parseAgent(agent string) Agent {
	rest, ok := strings.CutPrefix(agent, "gitlab-runner ")
	if !ok {
		return Agent{Name: clean(agent, 200)}
	}
	a := Agent{Name: "gitlab-runner", Version: agentVersion(agent)}
	if _, build, ok := strings.Cut(rest, " ("); ok {
		parts := strings.SplitN(strings.TrimSuffix(build, ")")+";;", ";", 4)
		for i, to := range []*string{&a.Branch, &a.Go, &a.Platform} {
			*to = clean(strings.TrimSpace(parts[i]), 80)
		}
	} else if _, platform, ok := strings.Cut(rest, a.Version+" "); ok && a.Version != "" {
		a.Platform = clean(platform, 80)
	}
	return a
}

// withoutSecrets is a URL without userinfo, query and fragment.
func withoutSecrets(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = nil, "", false, "", ""
	if u.Opaque != "" {
		return clean(u.Scheme+":…", 200)
	}
	return clean(u.String(), 500)
}
