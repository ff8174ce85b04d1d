package drift

import (
	"strconv"

	"runnertape"
	"runnertape/decode"
)

// Schema is what a recording says, by endpoints, and how its jobs ended.
type Schema struct {
	// Only says by its name which job is looked at, if it is set before the first exchange is added. What
	// is of no job then is not either, nor is a job that was not seen handed out.
	Only func(job string) bool

	endpoints map[decode.Endpoint]*endpoint
	jobs      map[string]*jobs // by name
	builder   *decode.Builder
	open      map[uint64]*situation // of the exchanges of jobs that are not over
	wanted    map[int64]uint64      // if Only is set: jobs that are looked at and not over, and who handed them out
	versions  tally                 // of runners
	exchanges int
	ended     int // jobs that are over
	things    int // names and paths that are known
	over      []string
}

// NewSchema returns the Schema of a recording that says nothing.
func NewSchema() *Schema {
	return &Schema{
		endpoints: map[decode.Endpoint]*endpoint{}, jobs: map[string]*jobs{}, builder: decode.NewBuilder(),
		open: map[uint64]*situation{}, wanted: map[int64]uint64{}, versions: tally{},
	}
}

// Exchanges is how many exchanges were added that had ended.
func (s *Schema) Exchanges() int { return s.exchanges }

// Jobs is how many jobs they belong to.
func (s *Schema) Jobs() int { return s.ended + len(s.builder.Jobs()) }

// Runners are the versions that runners gave of themselves, sorted.
func (s *Schema) Runners() []string { return s.versions.values() }

// Add takes one exchange in, with as much of its bodies as [Wants] asks for. One that has
// not ended says nothing. Exchanges are added in the order of their numbers.
func (s *Schema) Add(x *runnertape.Exchange, b decode.Bodies) {
	if x.State != runnertape.Done {
		return
	}
	e := endpointOf(x)
	var m decode.Message
	if x.Decoded != nil && (x.Decoded.JobID != 0 || e == decode.UpdateJob) {
		m, _ = decode.ParseMessage(x.Decoded) // nil if it is not readable: then only the endpoint counts
	}
	if s.Only != nil && !s.wants(x, m) {
		return
	}
	s.exchanges++
	if x.Decoded != nil && x.Decoded.Runner.Version != "" {
		s.versions.add(short(x.Decoded.Runner.Version), x.ID, maxWords)
	}
	at := s.situation(e, situationName(e, x, m))
	at.add(x.ID)
	at.statuses.add(statusWord(x), x.ID, maxWords)
	at.request.addRequest(s, x, b.Request, m)
	if status := upstreamStatus(x); status != 0 {
		if answer := s.answer(at, status); answer != nil {
			answer.addAnswer(s, x, b.Response)
		}
	}
	if settles(e) && x.Decoded != nil && x.Decoded.JobID != 0 {
		s.open[x.ID] = at
	}
	s.builder.Add(x, m)
	for _, job := range s.builder.Ended() {
		s.fold(job)
	}
}

// wants tells whether an exchange is of a job that is looked at.
func (s *Schema) wants(x *runnertape.Exchange, m decode.Message) bool {
	if x.Decoded == nil || x.Decoded.JobID == 0 {
		return false
	}
	if m, ok := m.(*decode.RequestJobMessage); ok && m.Job != nil {
		if delete(s.wanted, x.Decoded.JobID); s.Only(m.Job.JobInfo.Name) {
			s.wanted[x.Decoded.JobID] = x.ID
		}
	}
	return s.wanted[x.Decoded.JobID] != 0
}

// answer is what is said with that status, nil if there are too many.
func (s *Schema) answer(at *situation, status int) *message {
	if at.answers[status] == nil {
		if len(at.answers) >= maxAnswers {
			s.leftOut("of answers with more than " + strconv.Itoa(maxAnswers) + " statuses no more is compared than the status")
			return nil
		}
		at.answers[status] = newMessage(at.request.endpoint, response)
	}
	return at.answers[status]
}

// finish folds the jobs that may not be over, since nothing more comes.
func (s *Schema) finish() {
	for _, job := range s.builder.Jobs() {
		s.fold(job)
	}
	s.builder = decode.NewBuilder()
}

// situation is the one of that name, made if it is new. Of too many all that are new are one.
func (s *Schema) situation(e decode.Endpoint, name string) *situation {
	of := s.endpoints[e]
	if of == nil {
		of = &endpoint{situations: map[string]*situation{}}
		s.endpoints[e] = of
	}
	if of.situations[name] == nil && len(of.situations) >= maxSituations {
		s.leftOut("situations of " + string(e) + " after the first " + strconv.Itoa(maxSituations) + " are taken for one")
		name = "others"
	}
	at := of.situations[name]
	if at == nil {
		at = &situation{
			request: newMessage(e, request), answers: map[int]*message{}, statuses: tally{}, settled: tally{}, byJob: map[string]tally{},
		}
		of.situations[name] = at
	}
	return at
}
