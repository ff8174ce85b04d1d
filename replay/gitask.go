package replay

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ask is what one request to git-upload-pack asks for. Two requests that ask
// the same are answered by the same bytes, whatever git versions sent them:
// agent strings, session ids and the order of lines are not part of it.
//
// git Documentation/gitprotocol-v2.txt, gitprotocol-pack.txt
type ask struct {
	command string          // "fetch", "ls-refs", …; "fetch" also for the older protocols, which have no commands; "" for an empty probe
	wants   map[string]bool // object ids, and for want-ref the names
	haves   map[string]bool // object ids
	limits  map[string]bool // shallow, deepen*, filter: what the pack depends on beside wants and haves
	refs    map[string]bool // ref-prefix and the other arguments of ls-refs
	done    bool            // whether the client has no more haves: the answer begins with the pack
	v2      bool            // whether it is in protocol version 2
}

// ready ends a negotiation in protocol version 2: what follows is the pack,
// although the client has not said that it is done.
const ready = "0014acknowledgments\n000aready\n0001"

// awaitsReady tells whether the client waits for acknowledgements before the
// pack.
func (a *ask) awaitsReady() bool { return a.v2 && a.command == "fetch" && !a.done }

// empty tells whether nothing is asked at all.
func (a *ask) empty() bool { return a.command == "" }

// maxAskLine is the longest pkt-line there can be (gitprotocol-common.txt).
const maxAskLine = 65520

// lsRefs is the command of version 2 that asks for refs.
const lsRefs = "ls-refs"

// maxAsk bounds what git may ask in one request, unpacked: that many bytes name half a million objects.
const maxAsk = 32 << 20

// Asks longer than maxSmallAsk take several times their length, and gzip makes them of next to nothing: only so many are
// held at once.
const (
	maxSmallAsk  = 1 << 20
	maxLargeAsks = 2
)

// plainAsk is the body of a git-upload-pack request, unpacked.
func plainAsk(body io.Reader, coding string) (io.Reader, error) {
	switch coding {
	case "":
		return body, nil
	case "gzip": // git packs requests over 1 KiB (git http.c)
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, fmt.Errorf("unpack git request: %w", err)
		}
		return z, nil
	}
	return nil, fmt.Errorf("git request in unknown content coding %q", coding)
}

// readAsk reads the body of a git-upload-pack request. Only sets are kept,
// never the body.
func readAsk(body io.Reader, coding string) (*ask, error) {
	r, err := plainAsk(body, coding)
	if err != nil {
		return nil, err
	}
	a := &ask{
		wants:  map[string]bool{},
		haves:  map[string]bool{},
		limits: map[string]bool{},
		refs:   map[string]bool{},
	}
	lines := bufio.NewReader(r)
	for {
		line, err := pktLine(lines)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read git request: %w", err)
		}
		a.add(line)
	}
	if a.command == "" && len(a.wants) > 0 {
		a.command = "fetch"
	}
	return a, nil
}

// pktLine reads one pkt-line; flush, delimiter and response-end packets are "".
func pktLine(r *bufio.Reader) (string, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return "", err
	}
	size, err := strconv.ParseUint(string(head[:]), 16, 16)
	if err != nil {
		return "", fmt.Errorf("pkt-line length %q", head)
	}
	if size <= 4 {
		return "", nil
	}
	if size > maxAskLine {
		return "", fmt.Errorf("pkt-line of %d bytes", size)
	}
	line := make([]byte, size-4)
	if _, err := io.ReadFull(r, line); err != nil {
		return "", io.ErrUnexpectedEOF
	}
	return strings.TrimSuffix(string(line), "\n"), nil
}

// add takes one line.
func (a *ask) add(line string) {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "want":
		id, _, _ := strings.Cut(rest, " ") // before v2 the first want carries the capabilities
		a.wants[id] = true
	case "want-ref":
		a.wants[rest] = true
	case "have":
		a.haves[rest] = true
	case "done":
		a.done = true
	case "shallow", "deepen", "deepen-since", "deepen-not", "deepen-relative", "filter":
		a.limits[line] = true
	case "ref-prefix", "peel", "symrefs", "unborn":
		a.refs[line] = true
	default:
		if command, ok := strings.CutPrefix(line, "command="); ok {
			a.command, a.v2 = command, true
		}
	}
}

// distance is how far the answer to b is from an answer to a: 0 is the same
// ask, and below unfit every answer is one that git can read. What is asked
// and missing from the answer weighs most.
func (a *ask) distance(b *ask) int {
	if a.command != b.command || a.v2 != b.v2 {
		return unfit
	}
	d := 0
	if a.done != b.done {
		d += 100 // an acknowledgement where a pack is awaited, or the other way round
	}
	d += 1000 * missing(a.wants, b.wants)
	d += 10 * missing(b.haves, a.haves) // a pack that builds on objects this client lacks
	d += 10 * (missing(a.limits, b.limits) + missing(b.limits, a.limits))
	d += missing(b.wants, a.wants) + missing(a.haves, b.haves)
	d += missing(a.refs, b.refs) + missing(b.refs, a.refs)
	return min(d, unfit-1)
}

// unfit is the distance of an answer that git cannot read at all.
const unfit = 1 << 30

// missing counts what is in want and not in have.
func missing(want, have map[string]bool) int {
	n := 0
	for word := range want {
		if !have[word] {
			n++
		}
	}
	return n
}
