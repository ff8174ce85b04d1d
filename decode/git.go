package decode

import (
	"fmt"
	"net/url"
	"strings"

	"runnertape"
)

// GitMessage is git's smart HTTP (gitprotocol-http(5), gitprotocol-v2(5)) or
// LFS, spoken by the git of the job. It begins without credentials, is
// answered 401, and comes again with those of the job.
type GitMessage struct {
	Project       string   `json:"project"`                  // path of the repository, without ".git"
	Service       string   `json:"service"`                  // "git-upload-pack", "git-receive-pack", "lfs", or what else stood in the path
	Advertisement bool     `json:"advertisement,omitempty"`  // info/refs: what does the server have?
	Version       int      `json:"version,omitempty"`        // protocol asked for by Git-Protocol: 2, or 0
	Command       string   `json:"command,omitempty"`        // "ls-refs", "fetch"; of version 0 "fetch" for upload-pack, "push" for receive-pack; LFS "download", "upload"
	RefPrefixes   []string `json:"ref_prefixes,omitempty"`   // ls-refs: refs asked for
	Wants         []string `json:"wants,omitempty"`          // fetch: commits wanted, the first 100
	WantCount     int      `json:"want_count,omitempty"`     // fetch: how many
	HaveCount     int      `json:"have_count,omitempty"`     // fetch: commits the client has
	Depth         int64    `json:"depth,omitempty"`          // fetch: commits deep; 0 for all
	Done          bool     `json:"done,omitempty"`           // fetch: no more negotiation, the pack shall come
	Capabilities  []string `json:"capabilities,omitempty"`   // of the client
	Objects       int      `json:"objects,omitempty"`        // LFS batch: objects asked for
	Authenticated bool     `json:"authenticated,omitempty"`  // came with credentials
	RequestBytes  int64    `json:"request_bytes,omitempty"`  // body bytes that passed
	ResponseBytes int64    `json:"response_bytes,omitempty"` // body bytes that passed
	ContentType   string   `json:"content_type,omitempty"`   // of the answer
	Answer        Answer   `json:"answer"`                   // 200; 401 without credentials

	Common
}

// Gist is like "git-upload-pack fetch, 1 want → 200".
func (m *GitMessage) Gist() string {
	s := clean(m.Service, 60)
	switch {
	case m.Advertisement:
		s += " refs"
	case m.Command != "":
		s += " " + clean(m.Command, 40)
	}
	switch {
	case m.WantCount > 0:
		s += ", " + count(m.WantCount, "want")
	case len(m.RefPrefixes) > 0:
		s += ", " + count(len(m.RefPrefixes), "ref pattern")
	case m.Objects > 0:
		s += ", " + count(m.Objects, "object")
	}
	return s + " → " + outcome(m.Answer.Status, m.Answer.ErrorText)
}

func readGit(x *runnertape.Exchange, call Call, b Bodies) Message {
	m := &GitMessage{
		Project: call.Project, Service: call.Service, Authenticated: x.Request.Header.Has("Authorization"),
		RequestBytes: x.Request.Body.Bytes, Answer: readAnswer(x, b),
	}
	if strings.Contains(x.Request.Header.Get("Git-Protocol"), "version=2") {
		m.Version = 2
	}
	if x.Response != nil {
		m.ContentType = x.Response.Header.Get("Content-Type")
		m.ResponseBytes = x.Response.Body.Bytes
	}
	var f faults
	plain, err := Plain(x.Request.Header, b.Request, MaxMessage)
	whole := int64(len(b.Request)) >= x.Request.Body.Bytes && err == nil
	if err != nil && int64(len(b.Request)) >= x.Request.Body.Bytes {
		f.add("request: %s", err)
	}
	switch service := call.Service; {
	case service == "info/refs":
		m.Advertisement = true
		m.Service = "git"
		if query, err := url.ParseQuery(x.Request.Query()); err == nil && query.Get("service") != "" {
			m.Service = query.Get("service")
		}
	case service == "git-upload-pack":
		m.uploadPack(plain, whole, &f)
	case service == "git-receive-pack":
		m.Command = "push"
	case strings.HasPrefix(service, "info/lfs/"), strings.HasPrefix(service, "gitlab-lfs/"):
		m.Service = "lfs"
		m.lfs(x, service, plain, &f)
	}
	if m.Answer.Status == 200 {
		m.Answer.ErrorText = gitError(x, b.Response)
	}
	m.Faults = f.list
	return m
}

// gitError is the text of an ERR line, with which a server refuses under status 200.
func gitError(x *runnertape.Exchange, body []byte) string {
	plain, _ := Plain(x.Response.Header, body, wantsHead) // as much as there is
	for line, err := range pktLines(plain) {
		if err != nil {
			return ""
		}
		if text, ok := strings.CutPrefix(string(line.data), "ERR "); ok {
			return clean(strings.TrimSpace(text), 200)
		}
	}
	return ""
}

// lfs reads a batch request (git-lfs docs/api/batch.md), which names objects by
// digest; of other LFS requests the path is all there is.
func (m *GitMessage) lfs(x *runnertape.Exchange, service string, plain []byte, f *faults) {
	if !strings.HasSuffix(service, "/objects/batch") {
		_, m.Command, _ = strings.Cut(service, "/")
		m.Command = fmt.Sprintf("%s %s", x.Request.Method, strings.TrimPrefix(m.Command, "lfs/"))
		return
	}
	var batch struct {
		Operation string `json:"operation"`
		Objects   []struct {
			OID string `json:"oid"`
		} `json:"objects"`
	}
	if len(plain) == 0 {
		return
	}
	if err := f.object(plain, &batch); err != nil {
		f.add("request: %s", err)
	}
	m.Command, m.Objects = batch.Operation, len(batch.Objects)
}
