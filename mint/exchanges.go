package mint

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"runnertape"
	"runnertape/decode"
)

// handOut is the 201 with the payload.
func (t *Template) handOut(payload []byte) part {
	x, response := *t.poll, *t.poll.Response
	var h runnertape.Header
	for _, f := range response.Header {
		switch strings.ToLower(f.Name) { // how the template's body was carried
		case "content-encoding", "content-length", "transfer-encoding", "trailer":
		default:
			h = append(h, f)
		}
	}
	response.Header = append(h, runnertape.Field{Name: "Content-Length", Value: strconv.Itoa(len(payload))})
	response.Body, response.Trailer = bodyOf(payload), nil
	x.Response = &response
	return part{x: &x, request: t.asked.request, response: content(payload)}
}

// clone is what git is answered, a millisecond each, after the job was handed out.
func (t *Template) clone(c *Clone, p *decode.JobPayload) ([]part, error) {
	repo, err := url.Parse(p.GitInfo.RepoURL)
	if err != nil || repo.Host == "" {
		repo, _ = url.Parse(t.repository()) // the payload says something else
	}
	login := "Basic " + base64.StdEncoding.EncodeToString([]byte("gitlab-ci-token:"+p.Token))
	at := t.poll.Ended
	var all []part
	for _, call := range c.Calls {
		at = at.Add(time.Millisecond)
		x := &runnertape.Exchange{
			State: runnertape.Done, Way: t.poll.Way, Scheme: repo.Scheme, Host: repo.Host, Started: at, Replied: at, Ended: at,
			Request: runnertape.Request{
				Method: "GET", Target: repo.EscapedPath() + "/info/refs?service=git-upload-pack", Proto: "HTTP/1.1",
				Header: header("Host", repo.Host, "Authorization", login, "Git-Protocol", "version=2"), Body: runnertape.Body{Framing: runnertape.NoBody},
			},
			Response: &runnertape.Response{Status: 200, Reason: "OK", Proto: "HTTP/1.1"},
		}
		asked := part{x: x, response: call.Open}
		kind := "advertisement"
		if call.Posted {
			kind = "result"
			x.Request.Method, x.Request.Target = "POST", repo.EscapedPath()+"/git-upload-pack"
			x.Request.Header = append(x.Request.Header, header("Content-Type", "application/x-git-upload-pack-request", "Content-Length", strconv.Itoa(len(call.Request)))...)
			x.Request.Body, asked.request = bodyOf(call.Request), content(call.Request)
		}
		x.Response.Header = header("Content-Type", "application/x-git-upload-pack-"+kind, "Cache-Control", "no-cache", "Transfer-Encoding", "chunked")
		if x.Response.Body, err = chunkedOf(call.Open); err != nil {
			return nil, err
		}
		all = append(all, asked)
	}
	return all, nil
}

// end is the final update of the job, as a runner would tell it and GitLab would take it.
func (t *Template) end(p *decode.JobPayload, e End, after time.Time) part {
	body := members("token", p.Token, "state", e.State)
	if e.State == "failed" {
		body.set("failure_reason", "script_failure")
		body.set("exit_code", max(e.ExitCode, 1))
	}
	request, answer := encode(body), []byte("200")
	target, _ := strings.CutSuffix(t.poll.Request.Path(), "/request")
	x := &runnertape.Exchange{
		State: runnertape.Done, Way: t.poll.Way, Scheme: t.poll.Scheme, Host: t.poll.Host,
		Started: after.Add(time.Millisecond), Replied: after.Add(2 * time.Millisecond), Ended: after.Add(2 * time.Millisecond),
		Request: runnertape.Request{
			Method: "PUT", Target: target + "/" + strconv.FormatInt(p.ID, 10), Proto: "HTTP/1.1",
			Header: header("Host", t.poll.Host, "Content-Length", strconv.Itoa(len(request)), "Content-Type", "application/json"), Body: bodyOf(request),
		},
		Response: &runnertape.Response{
			Status: 200, Reason: "OK", Proto: "HTTP/1.1", Header: header("Content-Type", "application/json", "Job-Status", e.State, "Content-Length", "3"), Body: bodyOf(answer),
		},
	}
	return part{x: x, request: content(request), response: content(answer)}
}
