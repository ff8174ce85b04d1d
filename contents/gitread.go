package contents

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"io"
	"strconv"
	"strings"
)

// maxLine is the largest pkt-line: 4 bytes of length and 65,516 of data (gitprotocol-common(5)).
const maxLine = 65520

// ReadGit reads a body of git's smart HTTP. coding is its [runnertape.Header.ContentCoding]: git packs longer requests with gzip.
// Ids of objects are SHA-256 if sha256, else SHA-1.
func ReadGit(open Open, coding string, sha256 bool) (*Git, error) {
	return ReadGitTo(open, coding, sha256, GitSink{})
}

// ReadGitTo is ReadGit, and gives sink what it reads.
func ReadGitTo(open Open, coding string, sha256 bool, sink GitSink) (*Git, error) {
	r, err := open(0)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := &source{r: r}
	b := &gitBody{Git: new(Git), sink: sink, pack: passing{packReader: &packReader{sha256: sha256}, to: sink.Pack}}
	switch coding {
	case "":
		b.read(bufio.NewReaderSize(s, maxLine))
	case "gzip":
		z, err := gzip.NewReader(s)
		if err != nil {
			b.faults.add("it is said to be gzip: %s", gzipFault(err))
			break
		}
		b.read(bufio.NewReaderSize(&capped{z, maxUnpacked}, maxLine))
	default:
		b.faults.add("its content encoding %.40q is not known", coding)
	}
	b.end()
	return b.Git, cmp.Or(s.err, b.pack.err)
}

// gitBody is a body while it is read.
type gitBody struct {
	*Git
	sink   GitSink
	faults faults
	pack   passing
	report []byte // of a push, in side band 1
	open   []byte // of side band 2, a line without its end
	at     int64  // how many bytes were read
}

// read takes pkt-lines to the end, or, where there is none, a pack as it is.
func (g *gitBody) read(r *bufio.Reader) {
	for g.pack.err == nil {
		head, err := r.Peek(4)
		switch {
		case len(head) == 0 && errors.Is(err, io.EOF):
			return
		case string(head) == packMagic:
			if _, err := io.Copy(&g.pack, r); g.pack.err == nil { // the last there is
				g.ended(err)
			}
			return
		case err != nil:
			g.ended(err)
			return
		}
		size, err := strconv.ParseUint(string(head), 16, 16)
		if err != nil || size == 3 || size > maxLine {
			g.faults.add("no pkt-line at byte %d", g.at)
			return
		}
		if size < 4 { // a mark between parts, that has no data
			r.Discard(4)
			g.at += 4
			continue
		}
		line, err := r.Peek(int(size))
		if err != nil {
			g.ended(err)
			return
		}
		g.line(line[4:])
		r.Discard(int(size))
		g.at += int64(size)
	}
}

// ended says why reading ended before the end; nothing if it did not.
func (g *gitBody) ended(err error) {
	switch {
	case err == nil:
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		g.faults.add("it is cut off, in a pkt-line at byte %d", g.at)
	case errors.Is(err, errUnpacked):
		g.faults.add("it unpacks to more than %d MiB, and was read no further", maxUnpacked>>20)
	default:
		g.faults.add("at byte %d: %s", g.at, gzipFault(err))
	}
}

// line takes the data of a pkt-line. No text begins with the number of a side band, so that what was agreed
// need not be known (gitprotocol-pack(5), gitprotocol-v2(5)).
func (g *gitBody) line(data []byte) {
	if len(data) == 0 {
		return
	}
	switch data[0] {
	case 1:
		if len(data) > 1 {
			g.band1(data[1:])
		}
	case 2:
		g.open = g.progress(g.open, data[1:])
	case 3:
		g.Error = cut(strings.TrimSpace(string(data[1:])))
	default:
		line, capabilities, _ := strings.Cut(strings.TrimSuffix(string(data), "\n"), "\x00")
		g.sink.line(line)
		if r, ok := g.textLine(line, capabilities); ok {
			g.sink.ref(r)
		}
	}
}

// band1 takes content: of a pack, or, after a push, of a report, which is pkt-lines once more.
func (g *gitBody) band1(data []byte) {
	if len(g.report) > 0 || g.pack.bytes == 0 && data[0] != packMagic[0] {
		g.report = append(g.report, data[:min(len(data), maxLine-len(g.report))]...)
		return
	}
	g.pack.Write(data)
}

// end takes what has no end of its own.
func (g *gitBody) end() {
	g.progress(g.open, []byte("\n"))
	g.lastProgress()
	g.Pack = g.pack.end(&g.faults)
	if len(g.report) > 0 {
		inner := &gitBody{Git: g.Git, sink: GitSink{Line: g.sink.Line}, pack: passing{packReader: new(packReader)}}
		inner.read(bufio.NewReaderSize(bytes.NewReader(g.report), maxLine))
	}
	g.Faults = g.faults
}
