package contents

import (
	"bytes"
	"strconv"
	"strings"
)

// MaxNames is how many refs, wants and lines a [Git] names of each.
const MaxNames = 100

// Git is what a body of git's smart HTTP holds, of either side and of protocol version 0, 1 or 2: what is not
// in it is empty.
type Git struct {
	Version      int      `json:"version,omitempty"`       // an advertisement of version 2 or 1 says so; else 0
	Command      string   `json:"command,omitempty"`       // of a request of version 2: "ls-refs", "fetch"
	Capabilities []string `json:"capabilities,omitempty"`  // the first MaxNames
	RefPrefixes  []string `json:"ref_prefixes,omitempty"`  // that the client asks to be told of, the first MaxNames
	PrefixCount  int64    `json:"prefix_count,omitempty"`  // all of them
	Refs         []Ref    `json:"refs,omitempty"`          // offered by the server, the first MaxNames
	RefCount     int64    `json:"ref_count,omitempty"`     // all of them
	Wants        []string `json:"wants,omitempty"`         // ids or refs the client wants, the first MaxNames
	WantCount    int64    `json:"want_count,omitempty"`    // all of them
	HaveCount    int64    `json:"have_count,omitempty"`    // ids the client says it has
	Done         bool     `json:"done,omitempty"`          // the client ends the negotiation
	AckCount     int64    `json:"ack_count,omitempty"`     // ids the server has too
	Ready        bool     `json:"ready,omitempty"`         // the server can make a pack
	ShallowCount int64    `json:"shallow_count,omitempty"` // ids whose parents are left out
	Updates      []Update `json:"updates,omitempty"`       // refs that a push changes, the first MaxNames
	UpdateCount  int64    `json:"update_count,omitempty"`  // all of them
	Report       []string `json:"report,omitempty"`        // what became of a push, a line each, the first MaxNames: "unpack ok", "ng refs/heads/x hook declined"
	Pack         *Pack    `json:"pack,omitempty"`          // nil if there is none
	Progress     []string `json:"progress,omitempty"`      // lines the server has for people, the last MaxNames
	Error        string   `json:"error,omitempty"`         // why the server refuses
	Faults       []string `json:"faults,omitempty"`        // what is wrong with it, a sentence each
}

// Ref is a branch, tag or other name of a commit.
type Ref struct {
	Name   string `json:"name"`             // "refs/heads/main", "HEAD"
	ID     string `json:"id"`               // of the object, hex; "" of a HEAD without a commit
	Target string `json:"target,omitempty"` // of a symbolic ref, the name it stands for
	Peeled string `json:"peeled,omitempty"` // of an annotated tag, the commit
}

// Update is a change of a ref that a push asks for.
type Update struct {
	Name string `json:"name"` // of the ref
	Old  string `json:"old"`  // id it had; zeros if it is new
	New  string `json:"new"`  // id it is to have; zeros if it is to go
}

// textLine takes a line that is neither of a pack nor of a side band, and what stood behind its zero byte. It tells
// which ref it offers, if it does.
func (g *Git) textLine(line, capabilities string) (r Ref, ok bool) {
	word, rest, _ := strings.Cut(line, " ")
	if IsID(word) {
		r, ok = g.idLine(word, rest)
	}
	if command, ok := strings.CutPrefix(line, "command="); ok {
		g.Command = cut(command)
		return r, false
	}
	switch word {
	case "#": // "# service=git-upload-pack"
	case "version":
		g.Version, _ = strconv.Atoi(rest) // 0 if it is none
	case "ERR":
		g.Error = cut(rest)
	case "want", "want-ref":
		rest, capabilities, _ = strings.Cut(rest, " ")
		g.WantCount++
		g.Wants = appendName(g.Wants, rest)
	case "have":
		g.HaveCount++
	case "done":
		g.Done = true
	case "ready":
		g.Ready = true
	case "ACK":
		g.AckCount++
		g.Ready = g.Ready || strings.HasSuffix(rest, " ready")
	case "unpack", "ok", "ng":
		g.Report = appendName(g.Report, line)
	case "shallow":
		g.ShallowCount++
	case "ref-prefix":
		g.PrefixCount++
		g.RefPrefixes = appendName(g.RefPrefixes, rest)
	case "unborn": // HEAD of an empty repository, version 2; a client says that it may be told
		if rest != "" {
			r, ok = g.ref("", rest)
		}
	default:
		if g.Version == 2 || isCapability(word) {
			g.Capabilities = appendName(g.Capabilities, line)
		}
	}
	for c := range strings.FieldsSeq(capabilities) {
		g.Capabilities = appendName(g.Capabilities, c)
	}
	return r, ok
}

// isCapability tells whether a line of a request of version 2 is one; arguments, which follow them, are not.
func isCapability(word string) bool {
	key, _, found := strings.Cut(word, "=")
	return found && (key == "agent" || key == "object-format" || key == "session-id" || key == "server-option")
}

// idLine takes a line that begins with an id: a ref, or a change of one.
func (g *Git) idLine(id, rest string) (r Ref, ok bool) {
	if next, name, found := strings.Cut(rest, " "); found && IsID(next) {
		g.UpdateCount++
		if len(g.Updates) < MaxNames {
			g.Updates = append(g.Updates, Update{cut(name), id, next})
		}
		return Ref{}, false
	}
	if strings.HasPrefix(rest, "capabilities^{}") {
		return Ref{}, false // of an empty repository, to have something to put capabilities behind
	}
	return g.ref(id, rest)
}

// ref takes a ref with its attributes (gitprotocol-v2(5), ls-refs); version 0 has none, and
// a tag's commit as a line of its own.
func (g *Git) ref(id, rest string) (r Ref, ok bool) {
	name, attributes, _ := strings.Cut(rest, " ")
	if tag, peeled := strings.CutSuffix(name, "^{}"); peeled {
		if n := len(g.Refs); n > 0 && g.Refs[n-1].Name == tag {
			g.Refs[n-1].Peeled = id
		}
		return Ref{}, false
	}
	r = Ref{Name: cut(name), ID: id}
	for a := range strings.FieldsSeq(attributes) {
		if target, ok := strings.CutPrefix(a, "symref-target:"); ok {
			r.Target = cut(target)
		}
		if peeled, ok := strings.CutPrefix(a, "peeled:"); ok {
			r.Peeled = cut(peeled)
		}
	}
	g.RefCount++
	if len(g.Refs) < MaxNames {
		g.Refs = append(g.Refs, r)
	}
	return r, true
}

// IsID tells whether s is the name of an object: SHA-1 or SHA-256, hex.
func IsID(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

func appendName(names []string, name string) []string {
	if len(names) < MaxNames {
		names = append(names, cut(name))
	}
	return names
}

// progress takes a piece of side band 2. Of lines that are written over with a carriage return the
// last state is kept.
func (g *Git) progress(open, piece []byte) (left []byte) {
	open = append(open, piece...)
	for {
		line, rest, found := bytes.Cut(open, []byte("\n"))
		if !found {
			break
		}
		open = rest
		line = bytes.TrimRight(line, "\r")
		line = line[bytes.LastIndexByte(line, '\r')+1:]
		text := strings.TrimSpace(string(line))
		if text == "" {
			continue
		}
		if len(g.Progress) == 2*MaxNames { // not at each line, of which there may be very many
			g.lastProgress()
		}
		g.Progress = append(g.Progress, cut(text))
	}
	if at := bytes.LastIndexByte(open, '\r'); at >= 0 && at < len(open)-1 {
		open = open[at+1:]
	}
	return bytes.Clone(open[:min(len(open), maxText)])
}

// lastProgress forgets all lines but the last.
func (g *Git) lastProgress() {
	if over := len(g.Progress) - MaxNames; over > 0 {
		g.Progress = g.Progress[:copy(g.Progress, g.Progress[over:])]
	}
}
