package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"runnertape"
	"runnertape/contents"
)

// artifact is a file that a job uploaded or downloaded, as a body of the recording.
type artifact struct {
	name     string // of the file: "artifacts.zip"; of a download "download:41"
	kind     string // artifact_type of an upload; "" of a download
	exchange *runnertape.Exchange
	side     runnertape.Side // that holds it
}

// kept tells whether GitLab took an upload, or gave all of a download.
func (a *artifact) kept() bool {
	return a.whole() && (a.exchange.Status() == 201 || a.side == runnertape.ResponseSide)
}

// whole tells whether its body came to its end.
func (a *artifact) whole() bool {
	return a.exchange.State == runnertape.Done && !a.body().Truncated
}

// body is the one that holds it.
func (a *artifact) body() runnertape.Body {
	if a.side == runnertape.RequestSide {
		return a.exchange.Request.Body
	}
	return a.exchange.Response.Body
}

// label is how it is listed.
func (a *artifact) label() string {
	if a.kind == "" {
		return a.name
	}
	return fmt.Sprintf("%s (%s)", a.name, a.kind)
}

// showArtifact writes the file that --artifact names, as it was in the upload or download.
func showArtifact(d *dumper, w io.Writer, selected exchanges) error {
	all, err := artifactsOf(d.src, selected)
	if err != nil {
		return err
	}
	a, among, err := chooseArtifact(all, d.c.String("artifact"))
	if err != nil {
		return fmt.Errorf("job %s %w", d.c.StringSlice("job")[0], err)
	}
	file, part, err := fileOf(d.src, a)
	switch {
	case err != nil:
		return err
	case part.BrokenOff && !d.c.Bool("force"):
		return fmt.Errorf("%s broke off after %d bytes, in exchange %d; --force writes those", a.name, part.Bytes, a.exchange.ID)
	}
	if err := d.writeFile(w, file, part.Bytes); err != nil {
		return fmt.Errorf("%s of exchange %d: %w", a.name, a.exchange.ID, err)
	}
	said := fmt.Sprintf("%s, %d bytes, sha256 %s, is of exchange %d", a.label(), part.Bytes, part.SHA256, a.exchange.ID)
	switch {
	case part.BrokenOff:
		said += ", where it broke off"
	case a.body().Rewritten:
		said += ", whose body redaction packed again or did not keep"
	case !a.kept():
		said += fmt.Sprintf(", which GitLab answered %d", a.exchange.Status())
	case among > 1:
		said += fmt.Sprintf(", the last of %d that was kept", among)
	}
	d.say("%s", said)
	return nil
}

// chooseArtifact is the one that is meant by name: a file's name, or else a type's if only files of one name have it.
// Of several attempts it is the last that was kept, or else the last that was whole. among is how
// many attempts there were.
func chooseArtifact(all []*artifact, name string) (chosen *artifact, among int, err error) {
	having := func(has func(*artifact) bool) []*artifact {
		return slices.DeleteFunc(slices.Clone(all), func(a *artifact) bool { return !has(a) })
	}
	found := having(func(a *artifact) bool { return a.name == name })
	if len(found) == 0 {
		found = having(func(a *artifact) bool { return a.kind == name && name != "" })
		if names := labels(found); len(names) > 1 {
			return nil, 0, fmt.Errorf("has more than one artifact of type %s: %s; name one of these files", name, strings.Join(names, ", "))
		}
	}
	for _, good := range []func(*artifact) bool{(*artifact).kept, (*artifact).whole, func(*artifact) bool { return true }} {
		for _, a := range slices.Backward(found) {
			if good(a) {
				return a, len(found), nil
			}
		}
	}
	if len(all) == 0 {
		return nil, 0, fmt.Errorf("has no artifacts in the recording")
	}
	return nil, 0, fmt.Errorf("has no artifact %q; it has %s", name, strings.Join(labels(all), ", "))
}

// labels are those of all, each once.
func labels(all []*artifact) []string {
	var names []string
	for _, a := range all {
		if label := a.label(); !slices.Contains(names, label) {
			names = append(names, label)
		}
	}
	return names
}

// fileOf is where the file of an artifact is, and what is known of it. All of it is read.
func fileOf(src recording, a *artifact) (contents.Open, contents.Part, error) {
	if body := a.body(); body.Dropped() {
		return nil, contents.Part{}, fmt.Errorf("%s of exchange %d: %s", a.name, a.exchange.ID, whyDropped(&body))
	}
	open := contents.OfBody(src, a.exchange.ID, a.side)
	if a.side == runnertape.ResponseSide {
		if coding := a.exchange.Response.Header.ContentCoding(); coding != "" {
			return nil, contents.Part{}, fmt.Errorf("%s was sent as %s; --body response --decoded --id %d unpacks it", a.name, coding, a.exchange.ID)
		}
		body := a.body()
		return open, contents.Part{Bytes: body.Stored, SHA256: body.SHA256, BrokenOff: body.Truncated}, nil
	}
	form, err := formOf(src, a.exchange, true)
	if err != nil {
		return nil, contents.Part{}, err
	}
	if len(form.Parts) == 0 {
		return nil, contents.Part{}, fmt.Errorf("exchange %d has no file: %s", a.exchange.ID, strings.Join(form.Faults, "; "))
	}
	part := form.Parts[max(0, filePart(form))]
	return contents.Section(open, part.Offset), part, nil
}

// writeFile writes n bytes of a body, to a terminal only what does not drive it.
func (d *dumper) writeFile(w io.Writer, open contents.Open, n int64) error {
	r, err := open(0)
	if err != nil {
		return err
	}
	defer r.Close()
	in := bufio.NewReaderSize(io.LimitReader(r, n), 64<<10)
	var written int64
	if d.screen.terminal && !d.c.Bool("force") {
		if sample, _ := in.Peek(sampleBytes); !isText(sample) { // an error comes again below
			return errBinary
		}
		safe := newTerminalWriter(w)
		written, err = io.Copy(safe, in)
		err = errors.Join(err, safe.Close())
	} else {
		written, err = io.Copy(w, in)
	}
	if err == nil && written < n {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// kindOf is the type of an upload.
func kindOf(artifactType string) string { return cmp.Or(artifactType, "archive") }
