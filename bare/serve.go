package bare

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Refs answers GET info/refs?service=git-upload-pack as git http-backend does, for a job, or 0, and with what the client sent as
// Git-Protocol. If there is an error and nothing was written, the repository has no answer for that job.
func (r *Repository) Refs(ctx context.Context, job int64, protocol string, w io.Writer) error {
	if err := r.left[job]; err != nil {
		return err
	}
	if err := r.git.enter(ctx); err != nil {
		return err
	}
	defer r.git.leave()
	version := versionOf(protocol)
	if version != "version=2" {
		w = &leading{w, "001e# service=git-upload-pack\n0000"}
	}
	return r.serve(ctx, job, version, nil, w, "--advertise-refs")
}

// Pack answers POST git-upload-pack: ask is the body, unpacked. The note says what a person should know of the answer, "" if
// there is nothing. If there is an error and nothing was written, the repository has no answer for that job, or not what is asked for.
func (r *Repository) Pack(ctx context.Context, job int64, protocol string, ask []byte, w io.Writer) (note string, err error) {
	if err := r.left[job]; err != nil {
		return "", err
	}
	asked, err := readAsk(func(int64) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(ask)), nil }, "")
	if err != nil {
		return "", err
	}
	if err := r.git.enter(ctx); err != nil {
		return "", err
	}
	defer r.git.leave()
	if asked.fetch {
		if err := r.lacks(ctx, asked); err != nil {
			return "", err
		}
		note = r.shortOf(asked)
	}
	return note, r.serve(ctx, job, versionOf(protocol), bytes.NewReader(ask), w)
}

// versionOf is the version that git would speak with such a client: the highest that both know; "" for 0
// (gitprotocol-v2(5)).
func versionOf(protocol string) string {
	version := ""
	for word := range strings.SplitSeq(protocol, ":") {
		if word = strings.TrimSpace(word); word == "version=1" || word == "version=2" {
			version = max(version, word)
		}
	}
	return version
}

// lacks says what of that which is asked for is not in the repository.
func (r *Repository) lacks(ctx context.Context, asked *ask) error {
	var unknown []string
	for _, id := range asked.wants {
		if _, known := r.known[id]; !known {
			unknown = append(unknown, id)
		}
	}
	there, err := r.has(ctx, unknown)
	if err != nil {
		return err
	}
	for _, id := range unknown {
		if !there[id] {
			return fmt.Errorf("%s is not in the recording, nor is any history that leads to it; record a job that fetches it", id)
		}
	}
	if len(r.filters) == 0 || len(r.filters) == 1 && asked.filter == r.filters[0] || asked.limited || asked.has {
		return nil // else there is no telling before git tries
	}
	if err := r.walk(ctx, r.objects(), asked.wants, asked.filter); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return fmt.Errorf("it was recorded as a partial clone (--filter=%s), and what is asked for was not all in it; record a clone without a filter", strings.Join(r.filters, ", "))
	}
	return nil
}

// shortOf says that a client asks for more history than there is.
func (r *Repository) shortOf(asked *ask) string {
	switch {
	case len(r.boundary) == 0 || asked.limited && asked.depth <= r.depth:
		return ""
	case !asked.limited && !asked.shallow:
		return fmt.Sprintf("the whole history is asked for, and the recording has %s: a clone ends there, and a fetch leaves out the refs that lead there; ask with a depth (GIT_DEPTH), or record with GIT_DEPTH=0", r.depthWords())
	case asked.depth > r.depth:
		return fmt.Sprintf("more history is asked for, and the recording has %s: it ends there; record with a greater GIT_DEPTH, or with 0", r.depthWords())
	}
	return ""
}

func (r *Repository) depthWords() string {
	if r.depth == 0 {
		return "a part"
	}
	return fmt.Sprintf("a depth of %d", r.depth)
}

// serve has git answer one request.
func (r *Repository) serve(ctx context.Context, job int64, version string, in io.Reader, w io.Writer, flags ...string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(r.git.life, func() { cancel(errEnding) })()
	dir, err := r.view(job)
	if err != nil {
		return err
	}
	c, err := command(ctx, dir, slices.Concat([]string{"upload-pack", "--strict", "--stateless-rpc"}, flags, []string{dir})...)
	if err != nil {
		return err
	}
	if version != "" {
		c.Env = append(c.Env, "GIT_PROTOCOL="+version)
	}
	var said complaint
	c.Stdin, c.Stderr = in, &said
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return fmt.Errorf("start git upload-pack: %w", err)
	}
	_, copied := io.Copy(w, out)
	if copied != nil {
		cancel(copied) // the client is gone: git need not go on
	}
	err = said.of(ctx, "upload-pack", c.Wait())
	return errors.Join(copied, err)
}

// leading is a writer that begins with a text, if anything is written.
type leading struct {
	io.Writer
	text string
}

// Write implements io.Writer.
func (l *leading) Write(b []byte) (int, error) {
	if l.text != "" {
		text := l.text
		l.text = ""
		if _, err := io.WriteString(l.Writer, text); err != nil {
			return 0, err
		}
	}
	return l.Writer.Write(b)
}
