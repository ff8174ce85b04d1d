package replay

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"

	"runnertape"
)

// Repository is a recorded repository made anew, that a git serves. It may be used by many goroutines at once.
type Repository interface {
	// Refs answers GET info/refs?service=git-upload-pack. job is whose credentials it came with, 0 if that is
	// not known, and protocol what it said as Git-Protocol.
	Refs(ctx context.Context, job int64, protocol string, w io.Writer) error
	// Pack answers POST git-upload-pack with the body ask, unpacked. The note is what a person should know of the
	// answer, or "".
	//
	// Both have no answer if there is an error and nothing was written: the recorded bytes may.
	Pack(ctx context.Context, job int64, protocol string, ask []byte, w io.Writer) (note string, err error)
}

// GitAnswer is one recorded answer of git-upload-pack with status 200: what a [Repository] is made of.
type GitAnswer struct {
	ID      uint64            // the exchange
	Job     int64             // whose credentials it was asked with; 0 if that is not known
	Posted  bool              // asked for with POST git-upload-pack; else with GET info/refs
	Asked   string            // content coding of the request, "" for none
	Coding  string            // content coding of the answer, "" for none
	Sum     runnertape.Digest // of the answer's body: what is the same need not be read twice
	Lost    string            // why the answer's body was not kept; "" if it was
	Unasked string            // why the request's body was not kept; "" if it was
}

// answers are what was recorded of a repository and a new one can be made of, in recorded order.
func (g *repo) answers() []GitAnswer {
	var all []GitAnswer
	for _, a := range g.refs {
		if a.status == http.StatusOK {
			all = append(all, GitAnswer{ID: a.id, Job: a.job, Coding: a.coding, Sum: a.sum, Lost: a.lost})
		}
	}
	for _, p := range g.packs {
		if p.status == http.StatusOK {
			all = append(all, GitAnswer{ID: p.id, Job: p.job, Posted: true, Asked: p.requestCoding, Coding: p.coding, Sum: p.sum, Lost: p.lost, Unasked: p.unasked})
		}
	}
	slices.SortFunc(all, func(a, b GitAnswer) int { return int(int64(a.ID - b.ID)) })
	return all
}

// rebuilt is a repository made anew, once, by the first who asks for it; others wait. It is nil if that cannot be: then there are
// the recorded bytes, and g.unmade says why.
func (r *Replayer) rebuilt(g *repo, project string) Repository {
	g.once.Do(func() {
		if r.rebuild == nil {
			g.unmade = "this replay has no git"
			return
		}
		made, err := r.rebuild(g.answers())
		if err != nil {
			g.unmade = err.Error()
			r.log.Warn("git is answered with recorded bytes, that fit the recorded depth and kind of git only", "project", project, "reason", err)
			return
		}
		g.made = made
		r.log.Info("repository made of recorded packs", "project", project)
	})
	return g.made
}

// rebuiltRefs answers GET info/refs from the repository made anew. It is false, with the reason, if that has no answer.
func (r *Replayer) rebuiltRefs(w http.ResponseWriter, req *http.Request, project string, from Repository, job int64) (o outcome, reason string, ok bool) {
	head := &begun{ResponseWriter: w, contentType: "application/x-git-upload-pack-advertisement"}
	err := from.Refs(req.Context(), job, req.Header.Get("Git-Protocol"), head)
	return r.gitEnded(req, head, project, job, err)
}

// rebuiltPack answers POST git-upload-pack in the same way.
func (r *Replayer) rebuiltPack(w http.ResponseWriter, req *http.Request, project string, from Repository, job int64, ask []byte) (o outcome, reason string, ok bool) {
	head := &begun{ResponseWriter: w, contentType: resultType}
	note, err := from.Pack(req.Context(), job, req.Header.Get("Git-Protocol"), ask, head)
	if note != "" && err == nil {
		r.odd(job, r.shown(req, fmt.Sprintf("git of %s: %s", project, note)))
	}
	return r.gitEnded(req, head, project, job, err)
}

const resultType = "application/x-git-upload-pack-result"

// gitEnded tells what became of an answer of git's.
func (r *Replayer) gitEnded(req *http.Request, head *begun, project string, job int64, err error) (o outcome, reason string, ok bool) {
	switch {
	case err == nil:
		head.begin() // also if there was nothing to say
		return served, "", true
	case head.gone || req.Context().Err() != nil: // the client's right
		return served, "", true
	case head.done: // git has told its client
		r.missing(req, job, "git: "+project+": "+err.Error())
		return missed, "", true
	}
	return missed, err.Error(), false
}

// begun is a response that has its head when its first byte is written.
type begun struct {
	http.ResponseWriter
	contentType string
	done        bool // the head is written
	gone        bool // the client takes no more
}

func (b *begun) begin() {
	if !b.done {
		b.done = true
		h := b.Header()
		h.Set("Content-Type", b.contentType)
		h.Set("Cache-Control", "no-cache, max-age=0, must-revalidate") // as git http-backend has it
		b.WriteHeader(http.StatusOK)
	}
}

// Write implements io.Writer.
func (b *begun) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b.begin()
	n, err := b.ResponseWriter.Write(p)
	b.gone = b.gone || err != nil
	return n, err
}
