package replay

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"runnertape"
	"runnertape/decode"
	"runnertape/redact"
)

// git answers git's smart HTTP: from a repository made of the recorded packs, that a git
// serves; where there can be none with recorded bytes, the same refs, and the pack that was
// recorded for what is asked.
//
// All is asked of the repository, also what was recorded word for word: what git says first, it can do,
// has to hold for what it is asked then, and recorded refs are another git's word. Only a list
// of refs in version 2 is the recorded one, if that was asked for just so: no pack
// tells of refs that nobody fetched.
//
// git Documentation/gitprotocol-http.txt
func (r *Replayer) git(w http.ResponseWriter, req *http.Request, call decode.Call) outcome {
	g := r.index.repo(call.Project)
	live := r.live(req)
	job := r.index.number(r.jobOf(live))
	switch {
	case g == nil:
		return r.noGit(w, req, call, job, "its clone was not recorded; where the runner's url is the recorder's, git goes past it without --rewrite-urls or clone_url")
	case req.Method == http.MethodGet && call.Service == "info/refs" && serviceOf(req.URL.RawQuery) == uploadPack:
		if r.denies(g, req) {
			return r.deny(w, req, g)
		}
		return r.refs(w, req, call, g, job)
	case req.Method == http.MethodPost && call.Service == uploadPack:
		if r.denies(g, req) {
			io.Copy(io.Discard, r.body(w, req))
			return r.deny(w, req, g)
		}
		return r.pack(w, req, call, g, job)
	}
	io.Copy(io.Discard, r.body(w, req))
	if a, anonymous := g.rest.take(req, live, restKey(req.Method, call)); a != nil && a.lost == "" {
		r.tellAnonymous(req, anonymous)
		return r.replayHere(w, req, a, "")
	} else if a != nil {
		return r.noGit(w, req, call, job, call.Service+": "+a.lost)
	}
	if call.Service == receivePack || serviceOf(req.URL.RawQuery) == receivePack {
		return r.noGit(w, req, call, job, "no such push was recorded: a replay takes a push as it was recorded, and no other")
	}
	return r.noGit(w, req, call, job, call.Service+" was not recorded")
}

const receivePack = "git-receive-pack"

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

// refs answers GET info/refs. The best of recorded ones is what the same job got in the same
// protocol version; an answer in the first version suits every git.
func (r *Replayer) refs(w http.ResponseWriter, req *http.Request, call decode.Call, g *repo, job int64) outcome {
	if from := r.rebuilt(g, call.Project); from != nil {
		if o, _, ok := r.rebuiltRefs(w, req, call.Project, from, job); ok {
			return o
		}
	}
	v2 := version2(req.Header.Get("Git-Protocol"))
	var best *advert
	most := -1
	for _, a := range g.refs {
		if a.v2 && !v2 && a.status == http.StatusOK {
			continue
		}
		points := 0
		if a.lost == "" {
			points += 8
		}
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
		return r.noGit(w, req, call, job, reason)
	}
	if best.lost != "" {
		return r.noGit(w, req, call, job, "its refs: "+best.lost)
	}
	return r.replay(w, req, &best.recorded)
}

// pack answers POST git-upload-pack.
func (r *Replayer) pack(w http.ResponseWriter, req *http.Request, call decode.Call, g *repo, job int64) outcome {
	plain, want, leave, err := r.readGitAsk(w, req)
	defer leave()
	if err != nil {
		return r.give(w, req, 0, unread(err))
	}
	if want.empty() { // git tries its credentials before it sends much
		w.Header().Set("Content-Type", resultType)
		w.WriteHeader(http.StatusOK)
		return synthesised
	}
	from := r.rebuilt(g, call.Project)
	if from == nil {
		return r.recordedPack(w, req, call, g, job, want, "no repository could be made of the recording: "+g.unmade)
	}
	if want.command == lsRefs {
		if same, distance := g.nearest(r, want, job); distance == 0 && same.lost == "" {
			return r.replay(w, req, &same.recorded)
		}
	}
	o, reason, ok := r.rebuiltPack(w, req, call.Project, from, job, plain)
	if ok {
		return o
	}
	return r.recordedPack(w, req, call, g, job, want, reason)
}

// readGitAsk reads what git asks for, all of it. leave is to be called when the ask is needed no more.
func (r *Replayer) readGitAsk(w http.ResponseWriter, req *http.Request) (plain []byte, want *ask, leave func(), err error) {
	leave = func() {}
	body := r.body(w, req)
	defer io.Copy(io.Discard, body)
	from, err := plainAsk(body, runnertape.HeaderOf(req.Header).ContentCoding())
	if err != nil {
		return nil, nil, leave, err
	}
	room := new(bytes.Buffer)
	n, err := io.CopyN(room, from, maxSmallAsk)
	if err == nil && n == maxSmallAsk { // else it has ended
		select {
		case r.largeAsks <- struct{}{}:
			leave = func() { <-r.largeAsks }
		case <-req.Context().Done():
			return nil, nil, leave, req.Context().Err()
		}
		_, err = io.Copy(room, io.LimitReader(from, maxAsk+1-maxSmallAsk))
	}
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, nil, leave, fmt.Errorf("read git request: %w", err)
	case room.Len() > maxAsk:
		return nil, nil, leave, errTooLong
	}
	want, err = readAsk(bytes.NewReader(room.Bytes()), "")
	return room.Bytes(), want, leave, err
}

// recordedPack answers POST git-upload-pack with recorded bytes. The reason says why not better.
func (r *Replayer) recordedPack(w http.ResponseWriter, req *http.Request, call decode.Call, g *repo, job int64, want *ask, reason string) outcome {
	best, distance := g.nearest(r, want, job)
	switch {
	case best == nil && len(g.packs) == 0:
		return r.noGit(w, req, call, job, "its packs were not recorded")
	case best == nil:
		reason := fmt.Sprintf("no %s in this version of git's protocol was recorded", word(want.command))
		if i := slices.IndexFunc(g.packs, func(p *fetch) bool { return p.unasked != "" }); i >= 0 {
			reason = "what was asked for: " + g.packs[i].unasked
		}
		return r.noGit(w, req, call, job, reason)
	case best.lost != "":
		return r.noGit(w, req, call, job, "its pack: "+best.lost)
	case missing(want.wants, best.ask.wants) > 0: // a pack without it is of no use
		return r.noGit(w, req, call, job, reason)
	}
	if distance > 0 {
		r.odd(job, r.shown(req, fmt.Sprintf("git %s of %s asks for something else than was recorded; exchange %d is nearest: %s", word(want.command), call.Project, best.id, reason)))
	}
	answer := best.recorded
	if want.awaitsReady() && best.ask.done {
		answer.lead = ready
	}
	return r.replay(w, req, &answer)
}

// nearest is the recorded answer whose ask is nearest to want, of equals the
// one that the same job got.
func (g *repo) nearest(r *Replayer, want *ask, job int64) (best *fetch, distance int) {
	g.asks.Do(func() {
		if err := g.readAsks(r.src); err != nil {
			r.log.Error("read recorded git requests", "err", err)
		}
	})
	distance = unfit
	for _, p := range g.packs {
		if p.ask == nil {
			continue
		}
		d := want.distance(p.ask)
		if p.lost != "" && d < unfit {
			d = unfit - 1 // only to say so
		}
		if d < distance || d == distance && d < unfit && p.job == job && best.job != job {
			best, distance = p, d
		}
	}
	return best, distance
}

// jobOf is the job that a request works for, by its job token: of git that is the password. 0 if
// it works for none.
func (r *Replayer) jobOf(live *redact.Request) int64 {
	if token := live.Credential(); token != "" {
		return r.index.jobOfToken(token)
	}
	return 0
}

// noGit is the answer for what was not recorded of a repository: text, which
// git shows. To a request for a pack it is given under 200, since git shows no other.
//
// git Documentation/gitprotocol-pack.txt, ERR
func (r *Replayer) noGit(w http.ResponseWriter, req *http.Request, call decode.Call, job int64, reason string) outcome {
	io.Copy(io.Discard, r.body(w, req))
	r.missing(req, job, "git: "+call.Project+": "+reason)
	text := r.shown(req, "runnertape: "+call.Project+": "+reason)
	if req.Method == http.MethodPost && call.Service == uploadPack {
		text = text[:min(len(text), maxRefusal)]
		w.Header().Set("Content-Type", resultType)
		w.WriteHeader(http.StatusOK)
		fmt.Fprintf(w, "%04xERR %s", len(text)+len("0000ERR "), text)
		return missed
	}
	return reply{status: http.StatusNotFound, body: text + "\n"}.asMiss(w)
}

// maxRefusal bounds the text of a refusal, in bytes: git's lines have 65,516 at most.
const maxRefusal = 4 << 10
