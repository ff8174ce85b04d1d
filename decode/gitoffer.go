package decode

import (
	"bytes"
	"reflect"
	"slices"
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

// advertised reads a line of info/refs: of version 2 capabilities, of version 0 refs,
// the first with capabilities (gitprotocol-http(5), gitprotocol-pack(5)).
func (r *offerReader) advertised(s string) {
	switch {
	case strings.HasPrefix(s, "# service="):
	case s == "version 2":
		r.o.Version, r.caps = 2, true
	case s == "version 1":
		r.o.Version = 1
	case r.caps:
		r.o.Capabilities = some(r.o.Capabilities, s)
	default:
		s, capabilities, first := strings.Cut(s, "\x00")
		for c := range strings.FieldsSeq(capabilities) {
			r.o.Capabilities = some(r.o.Capabilities, c)
		}
		if first && strings.HasSuffix(s, " capabilities^{}") { // of an empty repository
			return
		}
		if id, ok := strings.CutPrefix(s, "shallow "); ok {
			r.o.Shallow = some(r.o.Shallow, id)
			return
		}
		r.ref(s)
		if target, ok := symref(r.o.Capabilities); ok && first && len(r.o.Refs) == 1 && r.o.Refs[0].Name == "HEAD" {
			r.o.Refs[0].Target = target
		}
	}
}

// symref is what HEAD is, by the capabilities of version 0.
func symref(capabilities []string) (string, bool) {
	for _, c := range capabilities {
		if target, ok := strings.CutPrefix(c, "symref=HEAD:"); ok {
			return target, true
		}
	}
	return "", false
}

// ref reads "ID NAME", in ls-refs with "symref-target:REF" and "peeled:ID" behind. In
// version 0 a peeled tag is a line of its own, "ID NAME^{}".
func (r *offerReader) ref(s string) {
	words := strings.Fields(s)
	if len(words) < 2 {
		return
	}
	if name, ok := strings.CutSuffix(words[1], "^{}"); ok {
		if i := len(r.o.Refs) - 1; i >= 0 && r.o.Refs[i].Name == clean(name, 256) {
			r.o.Refs[i].Peeled = clean(words[0], 64)
		}
		return
	}
	r.o.RefCount++
	if len(r.o.Refs) >= maxNames {
		return
	}
	ref := Ref{ID: clean(words[0], 64), Name: clean(words[1], 256)}
	for _, word := range words[2:] {
		if target, ok := strings.CutPrefix(word, "symref-target:"); ok {
			ref.Target = clean(target, 256)
		} else if id, ok := strings.CutPrefix(word, "peeled:"); ok {
			ref.Peeled = clean(id, 64)
		}
	}
	r.o.Refs = append(r.o.Refs, ref)
}

// gitSections are those of an answer to a fetch of version 2.
var gitSections = []string{"acknowledgments", "shallow-info", "wanted-refs", "packfile-uris", "packfile"}

// fetched reads a line of the answer to a fetch.
func (r *offerReader) fetched(data []byte, s string) {
	if r.m.Version == 2 && r.section == "" && slices.Contains(gitSections, s) {
		r.section = s
		return
	}
	word, rest, _ := strings.Cut(s, " ")
	switch {
	case r.section == "packfile", r.section == "" && len(data) > 0 && data[0] >= 1 && data[0] <= 3:
		r.banded(data)
	case r.section == "wanted-refs":
		if len(r.o.WantedRefs) < maxNames {
			r.o.WantedRefs = append(r.o.WantedRefs, Ref{ID: clean(word, 64), Name: clean(rest, 256)})
		}
	case r.section == "packfile-uris":
		r.o.PackURIs++
	case word == "ACK":
		r.o.Acks++
		r.o.Ready = r.o.Ready || strings.HasSuffix(rest, " ready")
	case word == "ready":
		r.o.Ready = true
	case word == "shallow":
		r.o.Shallow = some(r.o.Shallow, rest)
	case word == "unshallow":
		r.o.Unshallow = some(r.o.Unshallow, rest)
	}
}

// banded reads a line of a side band: 1 is the pack, or of a push the report; 2 is talk; 3 is an error.
func (r *offerReader) banded(data []byte) {
	switch {
	case len(data) == 0:
	case data[0] == 1:
		r.band = append(r.band, data[1:]...)
		if r.o.Pack == nil && r.m.Command == "fetch" {
			r.o.Pack = packHead(r.band)
		}
	case data[0] == 3:
		r.m.Answer.ErrorText = clean(strings.TrimSpace(string(data[1:])), 200)
	}
}

// pushed reads a line of the answer to a push.
func (r *offerReader) pushed(data []byte) {
	if len(data) > 0 && data[0] >= 1 && data[0] <= 3 {
		r.banded(data)
		return
	}
	r.o.Report = some(r.o.Report, strings.TrimSuffix(string(data), "\n"))
}

// report reads the pkt-lines inside band 1 of the answer to a push.
func (r *offerReader) report(band []byte) {
	if r.m.Command != "push" {
		return
	}
	for line, err := range pktLines(band) {
		if err != nil {
			return
		}
		if line.kind == pktData {
			r.o.Report = some(r.o.Report, strings.TrimSuffix(string(line.data), "\n"))
		}
	}
}
