package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"time"

	"runnertape"
	"runnertape/store"
)

// window is what the README promises: what ended longer ago than that survives a kill. The
// promise is not one for a program under the race detector, of which only the rest is asked.
const window = time.Second

// crashJudge reads a recording after each kill and holds it against what the load knows.
type crashJudge struct {
	load *crashLoad
	kept map[uint64][32]byte // digests of the exchanges that were seen after earlier kills
	// window is how long before the last kill an exchange had to have ended to be due
	window time.Duration

	exchanges, due, inFlight, lost int           // of the last kill: in the recording, that had to be there, not ended, ended but not there
	youngest                       time.Duration // from the end of an exchange that was lost to the kill, the longest of all
}

// judge compares the recording at path, whose recorder of that round was killed at that time,
// with what its peers saw. Times are of the load's clock.
func (j *crashJudge) judge(path string, round int, killed int64) (problems []string) {
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	j.exchanges, j.due, j.inFlight, j.lost = 0, 0, 0, 0
	found, err := store.Check(path)
	if err != nil || !found.Whole() {
		return []string{fmt.Sprintf("not whole: %v %+v", err, found)}
	}
	r, err := store.Open(path)
	if err != nil {
		return []string{err.Error()}
	}
	defer r.Close()
	recorded := map[string]*runnertape.Exchange{}
	now := map[uint64][32]byte{}
	for x, err := range r.Exchanges() {
		if err != nil {
			return append(problems, err.Error())
		}
		j.exchanges++
		now[x.ID] = digestOf(x)
		query, _ := url.ParseQuery(x.Request.Query())
		c := j.load.find(query.Get("crash"))
		switch {
		case c == nil || x.Request.Target != c.target() || x.Request.Method != c.method:
			wrong("exchange %d, %s %s, was never sent", x.ID, x.Request.Method, x.Request.Target)
			continue
		case recorded[c.id] != nil:
			wrong("exchanges %d and %d are both %s", recorded[c.id].ID, x.ID, c.id)
		}
		recorded[c.id] = x
		if _, seen := j.kept[x.ID]; seen {
			continue // its bodies were compared then, and Check has compared their digests
		}
		if what := compareCall(r, x, c); what != "" {
			wrong("exchange %d, %s: %s", x.ID, c.id, what)
		}
	}
	for id, digest := range j.kept {
		if now[id] != digest {
			wrong("exchange %d is not what it was after the kill before", id)
		}
	}
	j.kept = now
	return append(problems, j.missing(recorded, round, killed)...)
}

// missing names what had to be in the recording of that round and is not. What was there of
// earlier rounds is in kept.
func (j *crashJudge) missing(recorded map[string]*runnertape.Exchange, round int, killed int64) (problems []string) {
	j.load.mu.Lock()
	defer j.load.mu.Unlock()
	for id, c := range j.load.calls {
		if c.round != round {
			continue
		}
		x := recorded[id]
		if ended := c.ended.Load(); ended > 0 {
			before := time.Duration(killed - ended)
			due, done := before > j.window && !underRace, x != nil && x.State == runnertape.Done
			if due {
				j.due++
			}
			if !done {
				j.lost++
				j.youngest = max(j.youngest, before)
			}
			if due && !done {
				problems = append(problems, fmt.Sprintf("%s ended %v before the kill; in the recording: %v", id, before, x != nil))
			}
			continue
		}
		if x != nil && x.State == runnertape.InFlight {
			j.inFlight++
		}
		if arrived := c.arrived.Load(); arrived > 0 && time.Duration(killed-arrived) > j.window && !underRace && x == nil {
			problems = append(problems, fmt.Sprintf("%s began %v before the kill and is not in the recording", id, time.Duration(killed-arrived)))
		}
	}
	return problems
}

// compareCall tells what is wrong with the exchange that was recorded of a call: one that is done
// has all of both bodies, one in flight may have less, but nothing else.
func compareCall(r *store.Reader, x *runnertape.Exchange, c *crashCall) string {
	done := x.State == runnertape.Done
	switch {
	case done && c.held:
		return "done, though it has no end"
	case done && (x.Failure != nil || x.Response == nil || x.Response.Ours || x.Status() != c.status):
		return fmt.Sprintf("done with status %d, failure %v", x.Status(), x.Failure)
	}
	for side, want := range map[runnertape.Side][]byte{runnertape.RequestSide: c.up.bytes(), runnertape.ResponseSide: c.down.bytes()} {
		body, err := r.Body(x.ID, side)
		if err != nil {
			return err.Error()
		}
		got, err := io.ReadAll(body)
		if err != nil {
			return err.Error()
		}
		if !bytes.HasPrefix(want, got) || done && len(got) < len(want) {
			return fmt.Sprintf("%s, its %s body has %d bytes, which are not those %d that passed", x.State, side, len(got), len(want))
		}
	}
	if done && (x.Request.Body.SHA256 != sha256.Sum256(c.up.bytes()) || x.Response.Body.SHA256 != sha256.Sum256(c.down.bytes())) {
		return "done with wrong digests"
	}
	return ""
}

func digestOf(x *runnertape.Exchange) [32]byte {
	b, _ := json.Marshal(x) // it was read from JSON
	return sha256.Sum256(b)
}
