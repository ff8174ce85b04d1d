package decode

import (
	"bytes"
	"reflect"
	"strings"
)

// GitOffer is what the server of a repository answered, as far as it is in the first 64
// KiB.
type GitOffer struct {
	Version      int      `json:"version,omitempty"`      // protocol of an advertisement: 1, 2, or 0
	Capabilities []string `json:"capabilities,omitempty"` // what the server can do, the first 100
	Refs         []Ref    `json:"refs,omitempty"`         // advertisement of version 0, or ls-refs: what it has, the first 100
	RefCount     int      `json:"ref_count,omitempty"`    // how many
	Acks         int      `json:"acks,omitempty"`         // fetch: commits both have
	Ready        bool     `json:"ready,omitempty"`        // fetch: it knows enough to make the pack
	Shallow      []string `json:"shallow,omitempty"`      // fetch: commits whose parents are not sent, the first 100
	Unshallow    []string `json:"unshallow,omitempty"`    // fetch: commits whose parents now are, the first 100
	WantedRefs   []Ref    `json:"wanted_refs,omitempty"`  // fetch: what the refs asked for are, the first 100
	PackURIs     int      `json:"pack_uris,omitempty"`    // fetch: packs to be fetched elsewhere
	Pack         *Pack    `json:"pack,omitempty"`         // head of the pack; nil if none came, or later
	Report       []string `json:"report,omitempty"`       // push: "unpack ok", "ok REF", "ng REF REASON", the first 100
	Cut          bool     `json:"cut,omitempty"`          // there was more than was read: the counts are too small
}

// Ref is a ref of a repository.
type Ref struct {
	Name   string `json:"name"`             // "refs/heads/main", "HEAD"
	ID     string `json:"id"`               // object it names, in hex; "unborn" if none yet
	Peeled string `json:"peeled,omitempty"` // of a tag: the commit
	Target string `json:"target,omitempty"` // of HEAD: the ref it is
}

// offerReader reads the lines of an answer.
type offerReader struct {
	m       *GitMessage
	o       *GitOffer
	section string // of version 2: "acknowledgments", "shallow-info", "wanted-refs", "packfile-uris", "packfile"
	caps    bool   // lines are the server's capabilities
	band    []byte // what came of band 1, the first bytes
}

// offer reads an answer of status 200. "ERR …" is how a server refuses under that status.
func (m *GitMessage) offer(body piece, n *notes) {
	if len(body.data) == 0 {
		return
	}
	r := offerReader{m: m, o: new(GitOffer)}
	r.read(body, n)
	if !reflect.DeepEqual(*r.o, GitOffer{}) {
		m.Offer, r.o.Cut = r.o, !body.whole
	}
}

func (r *offerReader) read(body piece, n *notes) {
	if r.packOf(body.data) { // of version 0 without a band
		return
	}
	for line, err := range pktLines(body.data) {
		if err != nil {
			if !r.packOf(body.data[line.at:]) {
				body.badLine(err, n)
			}
			return
		}
		if line.kind != pktData {
			if line.kind == pktDelim {
				r.section = ""
			}
			continue
		}
		if text, ok := strings.CutPrefix(string(line.data), "ERR "); ok {
			r.m.Answer.ErrorText = clean(strings.TrimSpace(text), 200)
			return
		}
		r.line(line.data)
		if r.o.Pack != nil && r.m.Command == "fetch" { // the rest of it is not text
			return
		}
	}
	r.report(r.band)
}

func (r *offerReader) packOf(data []byte) bool {
	if r.m.Command == "fetch" && bytes.HasPrefix(data, []byte(packMagic)) {
		r.o.Pack = packHead(data)
		return true
	}
	return false
}

func (r *offerReader) line(data []byte) {
	s := strings.TrimSuffix(string(data), "\n")
	switch {
	case r.m.Advertisement:
		r.advertised(s)
	case r.m.Command == "ls-refs":
		r.ref(s)
	case r.m.Command == "push":
		r.pushed(data)
	default:
		r.fetched(data, s)
	}
}
