package decode

import (
	"net/url"
	"strings"

	"runnertape"
)

// GitMessage is git's smart HTTP (gitprotocol-http(5), gitprotocol-v2(5)) or
// LFS, spoken by the git of the job. It begins without credentials, is
// answered 401, and comes again with those of the job. Of long bodies only the first
// 64 KiB are read.
type GitMessage struct {
	Project       string   `json:"project"`                 // path of the repository, without ".git"
	Service       string   `json:"service"`                 // "git-upload-pack", "git-receive-pack", "lfs", or what else stood in the path
	Advertisement bool     `json:"advertisement,omitempty"` // info/refs: what does the server have?
	Version       int      `json:"version,omitempty"`       // protocol asked for by Git-Protocol: 1, 2, or 0
	Command       string   `json:"command,omitempty"`       // "ls-refs", "fetch", "object-info", "bundle-uri"; of version 0 "fetch" for upload-pack, "push" for receive-pack; LFS "download", "upload"
	RefPrefixes   []string `json:"ref_prefixes,omitempty"`  // ls-refs: refs asked for, the first 100
	Wants         []string `json:"wants,omitempty"`         // fetch: commits or refs wanted, the first 100
	WantCount     int      `json:"want_count,omitempty"`    // fetch: how many
	HaveCount     int      `json:"have_count,omitempty"`    // fetch: commits the client has
	ShallowCount  int      `json:"shallow_count,omitempty"` // fetch: commits of the client whose parents it lacks
	Depth         int64    `json:"depth,omitempty"`         // fetch: commits deep; 0 for all
	DeepenSince   string   `json:"deepen_since,omitempty"`  // fetch: only commits after that time, s since 1970
	DeepenNot     []string `json:"deepen_not,omitempty"`    // fetch: only commits that these refs do not have
	Filter        string   `json:"filter,omitempty"`        // fetch: what to leave out: "blob:none"
	Options       []string `json:"options,omitempty"`       // arguments without value: "thin-pack", "no-progress", "include-tag", "ofs-delta", "peel", "symrefs", …
	Done          bool     `json:"done,omitempty"`          // fetch: no more negotiation, the pack shall come
	Capabilities  []string `json:"capabilities,omitempty"`  // of the client, the first 100: "agent=git/2.43.0", …
	Objects       int      `json:"objects,omitempty"`       // LFS batch: objects asked for

	Updates     []RefUpdate `json:"updates,omitempty"`      // push: what it wants to change, the first 100
	UpdateCount int         `json:"update_count,omitempty"` // push: how many
	PushOptions []string    `json:"push_options,omitempty"` // push: --push-option, the first 100
	RequestPack *Pack       `json:"request_pack,omitempty"` // push: head of the pack; nil if it was not in what was read
	Offer       *GitOffer   `json:"offer,omitempty"`        // what the server said; nil if it said nothing of git
	LFS         *LFSBatch   `json:"lfs,omitempty"`          // LFS batch: request and answer; nil for all else

	GitalyCorrelationID string `json:"gitaly_correlation_id,omitempty"` // X-Gitaly-Correlation-ID: correlation id of the answer that handed out the job, with FF_USE_GITALY_CORRELATION_ID. Since 18.1

	Authenticated bool   `json:"authenticated,omitempty"`  // came with credentials
	RequestBytes  int64  `json:"request_bytes,omitempty"`  // body bytes that passed
	ResponseBytes int64  `json:"response_bytes,omitempty"` // body bytes that passed
	ContentType   string `json:"content_type,omitempty"`   // of the answer
	Answer        Answer `json:"answer"`                   // 200; 401 without credentials

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
	case m.UpdateCount > 0:
		s += ", " + count(m.UpdateCount, "ref")
	case m.Objects > 0:
		s += ", " + count(m.Objects, "object")
	}
	return s + " → " + outcome(m.Answer.Status, m.Answer.ErrorText)
}

func readGit(x *runnertape.Exchange, call Call, b Bodies, n *notes) Message {
	m := &GitMessage{
		Project: call.Project, Service: call.Service, Authenticated: x.Request.Header.Has("Authorization"),
		RequestBytes: x.Request.Body.Bytes, Answer: readAnswer(x, b, n),
	}
	m.Version = gitVersion(x.Request.Header.Get("Git-Protocol"))
	m.GitalyCorrelationID = clean(x.Request.Header.Get("X-Gitaly-Correlation-ID"), 200)
	if x.Response != nil {
		m.ContentType = x.Response.Header.Get("Content-Type")
		m.ResponseBytes = x.Response.Body.Bytes
	}
	body := wireBytes(x.Request.Header, x.Request.Body, b.Request, "request", n)
	switch service := call.Service; {
	case service == "info/refs":
		m.Advertisement = true
		m.Service = "git"
		if query, err := url.ParseQuery(x.Request.Query()); err == nil && query.Get("service") != "" {
			m.Service = query.Get("service")
		}
	case service == "git-upload-pack":
		m.uploadPack(body, n)
	case service == "git-receive-pack":
		m.receivePack(body, n)
	case strings.HasPrefix(service, "info/lfs/"), strings.HasPrefix(service, "gitlab-lfs/"):
		m.Service = "lfs"
		m.lfs(x, service, b, n)
		return m
	}
	if m.Answer.Status == 200 {
		m.offer(wireBytes(x.Response.Header, x.Response.Body, b.Response, "response", n), n)
	}
	return m
}

// gitVersion reads Git-Protocol, "version=2" among other keys.
func gitVersion(s string) int {
	for key := range strings.SplitSeq(s, ":") {
		switch strings.TrimSpace(key) {
		case "version=2":
			return 2
		case "version=1":
			return 1
		}
	}
	return 0
}

// piece is as much of a body as there is.
type piece struct {
	data  []byte
	whole bool   // it is all of the body
	side  string // "request" or "response"
}

func wireBytes(h runnertape.Header, wire runnertape.Body, body []byte, side string, n *notes) piece {
	plain, err := Plain(h, body, MaxMessage)
	all := int64(len(body)) >= wire.Bytes && !wire.Truncated
	if err != nil && all {
		n.fault("%s: %s", side, err)
	}
	return piece{data: plain, whole: all && err == nil, side: side}
}

// badLine notes that pkt-lines cannot be read on. That of a piece that ends
// before its body does is no fault.
func (p piece) badLine(err error, n *notes) {
	if p.whole {
		n.fault("%s: %s", p.side, err)
	}
}

// some appends s to a list of a message, if there is room.
func some(list []string, s string) []string {
	if len(list) < maxNames {
		list = append(list, clean(s, 256))
	}
	return list
}
