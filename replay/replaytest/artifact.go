package replaytest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"runnertape/contents"
	"runnertape/replay"
)

// Artifact is one artifact that the program under test uploaded, with its type, format, name and size.
type Artifact struct {
	replay.Upload
	job *Job
	n   int // its place among those of the job
}

// Artifacts are those that were uploaded until now, in their order.
func (j *Job) Artifacts() []Artifact {
	var all []Artifact
	for n, u := range j.Receipt().Uploads {
		all = append(all, Artifact{u, j, n})
	}
	return all
}

// Open gives the artifact as it came, still packed. It can be read until the test ends.
func (a Artifact) Open() (io.ReadCloser, error) { return a.open(0) }

// open is Open from a byte offset on.
func (a Artifact) open(offset int64) (io.ReadCloser, error) {
	return a.job.server.replay.Uploaded(a.job.id, a.n, offset)
}

// ReadFile is the content of a file in it, of a zip, a tar or what gzip packed; of the latter without a name in it,
// that of "". If there is no such file, or the artifact cannot be read, the test fails at once.
func (a Artifact) ReadFile(name string) []byte {
	t := a.job.server.t
	t.Helper()
	var content []byte
	var names []string
	found := errors.New("found")
	faults, err := contents.EachFile(a.open, a.Bytes, func(is string, r io.Reader) (err error) {
		if names = append(names, is); is != name {
			return nil
		}
		if content, err = io.ReadAll(r); err == nil {
			err = found
		}
		return err
	})
	switch {
	case errors.Is(err, found):
		return content
	case err != nil:
		t.Fatalf("replaytest: read artifact %s: %v", a, err)
	default:
		t.Fatalf("replaytest: artifact %s has no file %q; it has %s", a, name, strings.Join(append([]string{fmt.Sprintf("%q", names)}, faults...), "; "))
	}
	return nil
}

// Content is the whole artifact as it came. The test fails at once if it cannot be read.
func (a Artifact) Content() []byte {
	t := a.job.server.t
	t.Helper()
	var all bytes.Buffer
	r, err := a.Open()
	if err == nil {
		defer r.Close()
		_, err = all.ReadFrom(r)
	}
	if err != nil {
		t.Fatalf("replaytest: read artifact %s: %v", a, err)
	}
	return all.Bytes()
}
