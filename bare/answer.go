package bare

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"runnertape"
	"runnertape/contents"
)

// Answer is one recorded answer of git-upload-pack with status 200, of any kind: refs, acknowledgements, a pack.
type Answer struct {
	ID      uint64            // the exchange
	Job     int64             // whose credentials it was asked with; 0 if that is not known
	Posted  bool              // asked for with POST git-upload-pack; else with GET info/refs
	Asked   string            // content coding of the request, "" for none
	Coding  string            // content coding of the answer, "" for none
	Sum     runnertape.Digest // of the answer's body: what is the same need not be read twice
	Lost    string            // why the answer's body was not kept; "" if it was
	Unasked string            // why the request's body was not kept; "" if it was
}

// open gives the body of one side of an exchange.
func (g *Git) open(id uint64, side runnertape.Side) contents.Open {
	return func(int64) (io.ReadCloser, error) { return g.src.Body(id, side) } // nobody asks for less than all
}

// ask is what a client asked git-upload-pack for.
type ask struct {
	listing bool              // ls-refs
	fetch   bool              // a fetch, of any version
	wants   []string          // ids of objects
	filter  string            // of a partial clone, "blob:none"; "" for none
	depth   int64             // commits deep; 0 if it does not say
	limited bool              // it asks for a part of the history in whatever way
	has     bool              // the client says that it has something already
	shallow bool              // the client says where its own history ends
	key     [sha256.Size]byte // the same for two that ask for the same
}

// readAsk reads the body of a request.
func readAsk(open contents.Open, coding string) (*ask, error) {
	a := new(ask)
	var lines []string
	git, err := contents.ReadGitTo(open, coding, false, contents.GitSink{Line: func(line string) {
		if argument := a.argument(line); argument != "" {
			lines = append(lines, argument)
		}
	}})
	if err != nil {
		return nil, err
	}
	if len(git.Faults) > 0 {
		return nil, fmt.Errorf("what was asked for cannot be read: %s", git.Faults[0])
	}
	a.listing = git.Command == "ls-refs"
	a.fetch = git.Command == "fetch" || git.Command == "" && len(a.wants) > 0
	slices.Sort(lines)
	a.key = sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return a, nil
}

// argument takes a line, and gives back what of it the pack depends on; "" if it does not.
func (a *ask) argument(line string) string {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "want":
		id, _, _ := strings.Cut(rest, " ") // behind the first of version 0 are capabilities
		if !contents.IsID(id) {
			return ""
		}
		a.wants = append(a.wants, id)
		return word + " " + id
	case "have":
		a.has = true
	case "shallow":
		a.shallow = true
	case "deepen":
		a.depth, _ = strconv.ParseInt(rest, 10, 64) // 0 if it is none
		a.limited = true
	case "deepen-since", "deepen-not", "deepen-relative":
		a.limited = true
	case "filter":
		a.filter = rest
	default:
		return ""
	}
	return line
}
