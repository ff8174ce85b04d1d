package replay

import (
	"fmt"
	"io"
	"net/http"

	"runnertape"
	"runnertape/decode"
)

// git answers git's smart HTTP with recorded bytes: the same refs, and the pack
// that was recorded for what is asked.
//
// git Documentation/gitprotocol-http.txt
func (r *Replayer) git(w http.ResponseWriter, req *http.Request, call decode.Call) outcome {
	g := r.index.repo(call.Project)
	switch {
	case g == nil:
		return r.noGit(w, req, call, "its clone was not recorded: git goes past a reverse recorder; record over a forward way, with clone_url set to the recorder, or with --rewrite-urls")
	case req.Method == http.MethodGet && call.Service == "info/refs" && serviceOf(req.URL.RawQuery) == uploadPack:
		if r.denies(g, req) {
			return r.deny(w, req, g)
		}
		return r.refs(w, req, call, g)
	case req.Method == http.MethodPost && call.Service == uploadPack:
		if r.denies(g, req) {
			io.Copy(io.Discard, r.body(w, req))
			return r.deny(w, req, g)
		}
		return r.pack(w, req, call, g)
	}
	io.Copy(io.Discard, r.body(w, req))
	if a := g.rest.take(restKey(req.Method, call.Service, req.URL.RawQuery), req); a != nil {
		return r.replayHere(w, req, a, "")
	}
	return r.noGit(w, req, call, call.Service+" was not recorded")
}

// denies tells whether credentials are wanted first, as GitLab wants them for
// all but public projects. Any will do.
func (r *Replayer) denies(g *repo, req *http.Request) bool {
	return !g.open && req.Header.Get("Authorization") == ""
}

// deny answers 401, on which git asks again with credentials.
func (r *Replayer) deny(w http.ResponseWriter, req *http.Request, g *repo) outcome {
	if g.denied != nil {
		if !g.denied.header.Has("WWW-Authenticate") {
			w.Header().Set("WWW-Authenticate", basic)
		}
		return r.replay(w, req, g.denied)
	}
	w.Header().Set("WWW-Authenticate", basic)
	return reply{status: http.StatusUnauthorized, body: "HTTP Basic: Access denied\n"}.write(w)
}

// basic is GitLab's challenge (GitLab app/controllers/repositories/git_http_client_controller.rb).
const basic = `Basic realm="GitLab"`

// refs answers GET info/refs. The best is what the same job got in the same
// protocol version; an answer in the first version suits every git.
func (r *Replayer) refs(w http.ResponseWriter, req *http.Request, call decode.Call, g *repo) outcome {
	job, v2 := r.jobOf(req), version2(req.Header.Get("Git-Protocol"))
	var best *advert
	most := -1
	for _, a := range g.refs {
		if a.v2 && !v2 && a.status == http.StatusOK {
			continue
		}
		points := 0
		if a.job != 0 && a.job == job {
			points += 4
		}
		if a.status == http.StatusOK {
			points += 2
		}
		if a.v2 == v2 {
			points++
		}
		if points > most {
			best, most = a, points
		}
	}
	if best == nil {
		reason := "its refs were not recorded"
		if len(g.refs) > 0 {
			reason = "it was recorded in git protocol version 2, and this git does not speak it"
		}
		return r.noGit(w, req, call, reason)
	}
	return r.replay(w, req, &best.recorded)
}

// pack answers POST git-upload-pack.
func (r *Replayer) pack(w http.ResponseWriter, req *http.Request, call decode.Call, g *repo) outcome {
	body := r.body(w, req)
	want, err := readAsk(body, runnertape.HeaderOf(req.Header).ContentCoding())
	io.Copy(io.Discard, body)
	if err != nil {
		return r.give(w, req, 0, unread(err))
	}
	g.asks.Do(func() {
		if err := g.readAsks(r.src); err != nil {
			r.log.Error("read recorded git requests", "project", call.Project, "err", err)
		}
	})
	if want.empty() { // git tries its credentials before it sends much
		w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
		w.WriteHeader(http.StatusOK)
		return synthesised
	}
	best, distance := nearest(g.packs, want, r.jobOf(req))
	if best == nil {
		return r.noGit(w, req, call, fmt.Sprintf("no %s in this version of git's protocol was recorded", word(want.command)))
	}
	if distance > 0 {
		r.odd(r.jobOf(req), fmt.Sprintf("git %s of %s asks for something else than was recorded; exchange %d is nearest", word(want.command), call.Project, best.id))
	}
	answer := best.recorded
	if want.awaitsReady() && best.ask.done {
		answer.lead = ready
	}
	return r.replay(w, req, &answer)
}

// nearest is the recorded answer whose ask is nearest to want, of equals the
// one that the same job got.
func nearest(packs []*fetch, want *ask, job int64) (best *fetch, distance int) {
	distance = unfit
	for _, p := range packs {
		if p.ask == nil {
			continue
		}
		d := want.distance(p.ask)
		if d < distance || d == distance && d < unfit && p.job == job && best.job != job {
			best, distance = p, d
		}
	}
	return best, distance
}

// jobOf is the job that a git request works for: its password is the job token.
func (r *Replayer) jobOf(req *http.Request) int64 {
	_, password, ok := req.BasicAuth()
	if !ok {
		return 0
	}
	return r.index.tokens[password]
}

// noGit is the answer for what was not recorded of a repository: text, which
// git shows.
func (r *Replayer) noGit(w http.ResponseWriter, req *http.Request, call decode.Call, reason string) outcome {
	io.Copy(io.Discard, r.body(w, req))
	r.missing(req, r.jobOf(req), "git: "+call.Project+": "+reason)
	return reply{status: http.StatusNotFound, body: "runnertape: " + call.Project + ": " + reason + "\n"}.asMiss(w)
}
