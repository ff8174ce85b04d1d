package replay

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
)

// modelAnswer is what a runner can see of an answer, but for what is random.
type modelAnswer struct {
	status    int
	jobStatus string
	trace     string // Range
	interval  bool   // whether there is X-GitLab-Trace-Update-Interval
	media     string // Content-Type, where the runner reads it
	job       int64  // handed out
	content   string // digest of an artifact
	update    string // X-GitLab-Last-Update: "new", "same" as this peer said last, or ""
}

// modelPeer is one server as the made-up runner speaks to it.
type modelPeer struct {
	base, token string
	tokens      map[int64]string // of jobs handed out
	lastUpdate  string           // what it said last
	client      http.Client
}

func newModelPeer(base, token string) *modelPeer {
	return &modelPeer{base: base, token: token, tokens: map[int64]string{}, client: http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// ask sends a request of a job, or of the runner itself.
func (p *modelPeer) ask(method, path string, job int64, body string, header ...string) (modelAnswer, []byte) {
	req, err := http.NewRequest(method, p.base+"/api/v4/"+path, strings.NewReader(body))
	if err != nil {
		return modelAnswer{media: err.Error()}, nil
	}
	if job != 0 {
		req.Header.Set("Job-Token", p.tokens[job])
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return modelAnswer{media: err.Error()}, nil
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		return modelAnswer{media: err.Error()}, nil
	}
	update := ""
	if value := resp.Header.Get("X-GitLab-Last-Update"); value != "" {
		if update = "new"; value == p.lastUpdate {
			update = "same"
		}
		p.lastUpdate = value
	}
	return modelAnswer{
		update: update,
		status: resp.StatusCode, jobStatus: resp.Header.Get("Job-Status"), trace: resp.Header.Get("Range"),
		interval: resp.Header.Get("X-GitLab-Trace-Update-Interval") != "",
	}, content
}

func (p *modelPeer) poll(twoPhase, graceful bool) modelAnswer {
	body := fmt.Sprintf(`{"token":%q,"last_update":%q,"info":{"version":"18.5.0","features":{"artifacts":true,"upload_multiple_artifacts":true,`+
		`"two_phase_job_commit":%t,"cancel_gracefully":%t}}}`, p.token, p.lastUpdate, twoPhase, graceful)
	a, content := p.ask("POST", "jobs/request", 0, body, "Content-Type", "application/json")
	var payload struct {
		ID    int64  `json:"id"`
		Token string `json:"token"`
	}
	if a.status == http.StatusCreated && json.Unmarshal(content, &payload) == nil {
		a.job = payload.ID
		p.tokens[payload.ID] = payload.Token
	}
	return a
}

func (p *modelPeer) update(job int64, body string) modelAnswer {
	text, _ := json.Marshal(p.tokens[job])
	body = strings.Replace(body, "{", fmt.Sprintf(`{"token":%s,`, text), 1)
	a, _ := p.ask("PUT", fmt.Sprint("jobs/", job), job, body, "Content-Type", "application/json")
	return a
}

func (p *modelPeer) patch(job int64, start int, content string) modelAnswer {
	return p.patchAt(job, fmt.Sprintf("%d-%d", start, start+len(content)-1), content)
}

func (p *modelPeer) patchAt(job int64, contentRange, content string) modelAnswer {
	a, _ := p.ask("PATCH", fmt.Sprintf("jobs/%d/trace?debug_trace=false", job), job, content,
		"Content-Type", "text/plain", "Content-Range", contentRange)
	return a
}

func (p *modelPeer) upload(job int64, query, content string) modelAnswer {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", "artifacts.zip")
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err != nil {
		return modelAnswer{media: err.Error()}
	}
	form.Close()
	a, _ := p.ask("POST", fmt.Sprintf("jobs/%d/artifacts?%s", job, query), job, b.String(),
		"Content-Type", form.FormDataContentType())
	return a
}

// download is job's request for the artifacts of another.
func (p *modelPeer) download(job, producer int64) modelAnswer {
	a, content := p.ask("GET", fmt.Sprintf("jobs/%d/artifacts", producer), job, "")
	if a.status == http.StatusOK {
		a.content = fmt.Sprintf("%x", sha256.Sum256(content))
	}
	a.jobStatus = ""
	return a
}
