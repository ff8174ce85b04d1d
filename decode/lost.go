package decode

import (
	"cmp"
	"fmt"
	"math"
	"mime"
	"slices"
	"strings"

	"runnertape"
)

// This file says what the runner that asked makes of a 201 that is less than
// perfect, by its version. The client decodes with encoding/json, which fails at one
// value of a wrong type: then nobody runs the job, and GitLab finds out by a timeout
// (gitlab-runner network/client.go doJSON, network/gitlab.go RequestJob).

// judge fills in Lost and Fails. inside is what was noted while the payload was read.
func (m *RequestJobMessage) judge(x *runnertape.Exchange, b Bodies, inside *notes) {
	v := ParseVersion(cmp.Or(m.Request.Info.Version, agentVersion(x.Request.Header.Get("User-Agent"))))
	var lost []wrong
	always := func(format string, args ...any) { lost = append(lost, wrong{text: fmt.Sprintf(format, args...)}) }
	body := &x.Response.Body
	media, _, err := mime.ParseMediaType(m.ContentType)
	switch coding := x.Response.Header.Get("Content-Encoding"); {
	case m.ContentType == "":
		always("there is no Content-Type")
	case err != nil:
		always("Content-Type %s is not readable", quote(m.ContentType))
	case media != "application/json":
		always("Content-Type is %s", quote(m.ContentType))
	case body.Truncated:
		always("body broke off after %s", sized(body.Bytes))
	case coding != "" && coding != "identity" && !strings.EqualFold(coding, "gzip"): // net/http unpacks that one only
		always("Content-Encoding %s is not unpacked", quote(coding))
	case m.Job == nil && body.Rewritten && len(b.Response) == 0: // nobody knows
	case m.Job == nil && len(b.Response) == 0:
		always("there is no body")
	case m.Job == nil:
		always("%s", inside.faults[len(inside.faults)-1])
	case m.Job.Partial && int64(len(b.Response)) < body.Bytes: // only the recording stops there
	case m.Job.Partial:
		always("the JSON of the body breaks off")
	default:
		lost = append(lost, inside.wrong...)
		lost = append(lost, runLost(m.Job.Run)...)
		lost = append(lost, m.Job.inputsLost()...)
		lost = append(lost, m.Job.idsLost(m.Request.Info.Architecture)...)
	}
	m.Lost = v.reasons(lost)
	if m.Job != nil && (len(m.Lost) == 0 || !v.Known()) {
		m.Fails = v.reasons(append(v.unsupported(inside.options), m.Job.runFails()...))
	}
}

// reasons are those that count for a runner of that version.
func (v Version) reasons(all []wrong) []string {
	var list []string
	for _, w := range all {
		reads, surely := v.reads(w.since, w.until)
		switch {
		case !reads:
			continue
		case !surely:
			w.text += " (runners " + span(w.since, w.until) + ")"
		}
		if len(list) < maxFaults && !slices.Contains(list, w.text) {
			list = append(list, w.text)
		}
	}
	return list
}

// inputsLost are inputs that runners do not take (gitlab-runner common/spec/inputs.go
// JobInput.validate).
func (p *JobPayload) inputsLost() []wrong {
	var lost []wrong
	add := func(i int, format string, args ...any) {
		lost = append(lost, wrong{fmt.Sprintf("inputs[%d]: ", i) + fmt.Sprintf(format, args...), "18.7", ""})
	}
	kinds := map[string]kind{"string": text, "number": number, "boolean": boolean, "array": array, "struct": object}
	for i, input := range p.Inputs {
		want, known := kinds[input.Value.Type]
		content := input.Value.Content
		switch {
		case len(lost) == maxFaults:
			return lost
		case input.Key == "":
			add(i, "it has no key")
		case len(content) == 0 || kindOf(content) == null:
			add(i, "its content is null")
		case !known:
			add(i, "type %s is not known", quote(input.Value.Type))
		case kindOf(content) != want:
			add(i, "content is of type %s, not %s", kindOf(content), want)
		}
	}
	return lost
}

// idsLost are numbers that do not fit into the int of a 32-bit runner before 14.9.
func (p *JobPayload) idsLost(architecture string) []wrong {
	if !slices.Contains([]string{"386", "arm", "mips", "mipsle"}, architecture) {
		return nil
	}
	var lost []wrong
	add := func(name string, id int64) {
		if (id > math.MaxInt32 || id < math.MinInt32) && len(lost) < maxFaults {
			lost = append(lost, wrong{fmt.Sprintf("%s: %d is no 32-bit integer", name, id), "", "14.8"})
		}
	}
	add("id", p.ID)
	add("job_info.project_id", p.JobInfo.ProjectID)
	for i, d := range p.Dependencies {
		add(fmt.Sprintf("dependencies[%d].id", i), d.ID)
	}
	return lost
}
