package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"runnertape"
)

// curler writes commands that send requests again (curl(1)).
type curler struct {
	d *dumper
}

func newCurler(d *dumper) func(io.Writer, *runnertape.Exchange) error { return (&curler{d}).write }

// inlineBytes is the largest body that is part of a command.
const inlineBytes = 4 << 10

func (c *curler) write(w io.Writer, x *runnertape.Exchange) error {
	notes := []string{fmt.Sprintf("exchange %d %s", x.ID, strings.TrimSpace(printable(curlTitle(x))))}
	if c.d.src.Header().Redacted {
		notes = append(notes, "tokens and other secrets are stand-ins: put real ones in their place")
	}
	if x.Request.Method == "CONNECT" {
		notes = append(notes, "CONNECT is what curl does by itself with --proxy; there is no command for it")
		return writeNotes(w, notes)
	}
	pipe, data, more, err := c.data(x)
	if err != nil {
		return err
	}
	if err := writeNotes(w, append(notes, more...)); err != nil {
		return err
	}
	words := []string{"curl", "--http1.1", "--globoff", "--path-as-is"}
	switch {
	case x.Request.Method == "HEAD":
		words = append(words, "--head")
	default:
		words = append(words, "--request", shellWord(x.Request.Method))
	}
	words = append(words, curlFields(x, data != "")...)
	if data != "" {
		words = append(words, data)
	}
	words = append(words, "--url", shellWord(x.URL()))
	_, err = fmt.Fprintf(w, "%s%s\n", pipe, strings.Join(words, " "))
	return err
}

func curlTitle(x *runnertape.Exchange) string {
	if x.Decoded == nil {
		return ""
	}
	return x.Decoded.Endpoint + ": " + x.Decoded.Gist
}

// writeNotes writes comments, of which a shell takes no notice.
func writeNotes(w io.Writer, notes []string) error {
	for _, n := range notes {
		if _, err := fmt.Fprintf(w, "# %s\n", n); err != nil {
			return err
		}
	}
	return nil
}

// data is how the body comes into a command: as a word of it, by a pipe if it has line ends, or else from a file, with a
// note that says how to make that.
func (c *curler) data(x *runnertape.Exchange) (pipe, option string, notes []string, err error) {
	b := &x.Request.Body
	switch {
	case b.Dropped():
		return "", "", []string{"the body is missing: " + whyDropped(b)}, nil
	case b.Stored == 0:
		return "", "", nil, nil
	}
	if b.Truncated {
		notes = append(notes, fmt.Sprintf("the body broke off after %d bytes", b.Bytes))
	}
	if b.Rewritten {
		notes = append(notes, "redaction packed the body again or did not keep it: it is not what passed")
	}
	if b.Stored <= inlineBytes {
		r, err := c.d.src.Body(x.ID, runnertape.RequestSide)
		if err != nil {
			return "", "", nil, err
		}
		defer r.Close()
		content, err := io.ReadAll(r)
		if err != nil {
			return "", "", nil, err
		}
		switch text := string(content); {
		case isPrintable(text):
			return "", "--data-raw " + shellWord(text), notes, nil
		case utf8.ValidString(text) && !strings.Contains(text, "\x00"):
			return "printf " + printfFormat(text) + " | ", "--data-binary @-", notes, nil
		}
	}
	file := fmt.Sprintf("exchange-%d.request", x.ID)
	notes = append(notes, fmt.Sprintf("the body, %s: proxy dump --id %d --body request -o %s %s", byteSize(b.Stored), x.ID, file, shellWord(c.d.path)))
	return "", "--data-binary @" + file, notes, nil
}

// curlFields are the header fields as options, and those that curl would add are left out.
func curlFields(x *runnertape.Exchange, hasBody bool) []string {
	h := x.Request.Header
	var words []string
	for _, f := range h {
		switch strings.ToLower(f.Name) {
		case "content-length":
			continue // curl's own, of the body it sends
		case "host":
			// Inside a CONNECT it is the client's own; else the upstream was sent that of the URL.
			if f.Value == x.Host || x.Way != runnertape.Connect {
				continue
			}
		}
		field := f.Name + ": " + f.Value
		if f.Value == "" {
			field = f.Name + ";" // curl's way to send an empty one
		}
		words = append(words, "--header", shellWord(field))
	}
	its := []string{"User-Agent", "Accept"}
	if hasBody {
		its = append(its, "Content-Type", "Expect")
	}
	for _, name := range its {
		if !h.Has(name) {
			words = append(words, "--header", shellWord(name+":"))
		}
	}
	return words
}
