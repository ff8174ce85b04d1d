package main

import (
	"fmt"
	"strconv"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/store"
)

// tape makes a recording without a recorder, which would take as long as the exchanges took. Its
// exchanges are decoded, and not redacted: a replay does not see the difference.
type tape struct {
	w       *store.Writer
	decoder *decode.Decoder
	at      time.Time
	id      uint64
}

const tapeUpstream = "http://gitlab.example"

func newTape(path string) (*tape, error) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	w, err := store.Create(path, runnertape.Recording{Created: at, Program: "bench", Upstream: tapeUpstream})
	return &tape{w: w, decoder: decode.NewDecoder(tapeUpstream), at: at}, err
}

// add puts one exchange.
func (t *tape) add(method, target, request string, status int, answer string, fields ...string) error {
	t.id++
	t.at = t.at.Add(20 * time.Millisecond)
	x := &runnertape.Exchange{
		ID: t.id, State: runnertape.Done, Way: runnertape.Reverse, Conn: 1, Client: "10.0.3.7:41234",
		Scheme: "http", Host: "gitlab.example",
		Started: t.at, Replied: t.at.Add(5 * time.Millisecond), Ended: t.at.Add(6 * time.Millisecond),
		Request: runnertape.Request{Method: method, Target: target, Proto: "HTTP/1.1", Body: tapeBody(request)},
		Response: &runnertape.Response{
			Status: status, Proto: "HTTP/1.1", Body: tapeBody(answer),
			Header: runnertape.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Job-Status", Value: "running"}},
		},
	}
	for i := 0; i < len(fields); i += 2 {
		x.Request.Header = append(x.Request.Header, runnertape.Field{Name: fields[i], Value: fields[i+1]})
	}
	x.Decoded, _ = t.decoder.Decode(x, decode.Bodies{Request: []byte(request), Response: []byte(answer)})
	for side, body := range map[runnertape.Side]string{runnertape.RequestSide: request, runnertape.ResponseSide: answer} {
		if err := t.w.Write(x.ID, side, []byte(body)); err != nil {
			return err
		}
	}
	return t.w.Put(x)
}

func tapeBody(content string) runnertape.Body {
	if content == "" {
		return runnertape.Body{Framing: runnertape.NoBody}
	}
	n := int64(len(content))
	return runnertape.Body{Framing: runnertape.Length, Declared: n, Bytes: n}
}

// handOut puts the 201 that has a job.
func (t *tape) handOut(job int64) error {
	return t.add("POST", "/api/v4/jobs/request", pollBody, 201, fmt.Sprintf(`{"id":%d,"token":"`+jobToken+`",`+
		`"job_info":{"name":"build %[1]d","stage":"test","project_id":3,"project_name":"proj"},`+
		`"git_info":{"repo_url":"http://gitlab-ci-token:x@gitlab.example/grp/proj.git","sha":"4c9b6ed02b7bb4d4a2a8f24a0dbd0b2d5d6c7e00"},`+
		`"variables":[{"key":"CI_SERVER_URL","value":"http://gitlab.example"},{"key":"CI_JOB_ID","value":"%[1]d"}],`+
		`"steps":[{"name":"script","script":["make"],"timeout":3600,"when":"on_success"}]}`, job))
}

// fill puts exchanges as a busy group of runners makes them, up to so many: sixteen jobs at a time, each of 40 patches of
// a kilobyte, with polls between.
func (t *tape) fill(exchanges int64) error {
	const atOnce, pieces, size = 16, 40, 1 << 10
	if err := t.handOut(1 << 40); err != nil { // in the shortest recording too
		return err
	}
	for first := int64(1); int64(t.id)+atOnce*(pieces+2) <= exchanges; first += atOnce {
		for job := first; job < first+atOnce; job++ {
			if err := t.handOut(job); err != nil {
				return err
			}
		}
		for n := range int64(pieces) {
			for job := first; job < first+atOnce; job++ {
				err := t.add("PATCH", "/api/v4/jobs/"+strconv.FormatInt(job, 10)+"/trace", string(tracePiece(n, size)), 202, patchedBody,
					"Content-Range", fmt.Sprintf("%d-%d", n*size, (n+1)*size-1))
				if err != nil {
					return err
				}
			}
			for range atOnce {
				if err := t.poll(); err != nil {
					return err
				}
			}
		}
		for job := first; job < first+atOnce; job++ {
			if err := t.add("PUT", "/api/v4/jobs/"+strconv.FormatInt(job, 10), `{"state":"success","exit_code":0}`, 200, "200"); err != nil {
				return err
			}
		}
	}
	for int64(t.id) < exchanges {
		if err := t.poll(); err != nil {
			return err
		}
	}
	return nil
}

func (t *tape) poll() error { return t.add("POST", "/api/v4/jobs/request", pollBody, 204, "") }
