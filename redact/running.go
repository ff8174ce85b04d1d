package redact

import "slices"

// heldJob is a running job and the secrets that its payload declared.
type heldJob struct {
	id      int64
	secrets []*secret
	bytes   int // that they take
}

// holdForJob keeps secrets for as long as the job runs, which has just been handed out, unless there are too many.
func (r *Redactor) holdForJob(id int64, secrets []*secret) {
	r.jobEnded(id) // it may be handed out again
	k := &r.recall
	r.mu.Lock()
	job := &heldJob{id: id, secrets: slices.Clone(secrets)}
	for _, s := range secrets {
		job.bytes += s.size()
	}
	k.held[id], k.taken = k.order.PushBack(job), k.taken+job.bytes
	var over []int64
	running, taken := k.order.Len(), k.taken
	for e := k.order.Front(); e.Next() != nil && (running > maxRunning || taken > maxTaken); e = e.Next() {
		oldest := e.Value.(*heldJob)
		over, running, taken = append(over, oldest.id), running-1, taken-oldest.bytes
	}
	r.mu.Unlock()
	for _, id := range over {
		r.jobEnded(id)
	}
}

// jobEnded lets go of what the job's payload declared.
func (r *Redactor) jobEnded(id int64) {
	k := &r.recall
	r.mu.Lock()
	var secrets []*secret
	if job := k.held[id]; job != nil {
		ended := k.order.Remove(job).(*heldJob)
		secrets, k.taken = ended.secrets, k.taken-ended.bytes
		delete(k.held, id)
	}
	r.mu.Unlock()
	r.release(secrets)
}

// Bounds of what a Redactor remembers. What running jobs declared stays as long as
// they run, if it is not too much. Of all else the latest used stay, but tokens that show themselves by their form
// go first: nearly all that a job has of its own are such, and they are found without being known.
// That leaves room for some 5000 others: what 8000 jobs leave behind that have one of their own each, 1100 that
// have five, or 390 that have fifteen. With four times as many a pass over a text takes ten times as long.
const (
	maxRunning = 2000     // jobs; of more at once the oldest count as ended
	maxTaken   = 32 << 20 // bytes of secrets that running jobs declared, counted for each job; then the oldest count as ended, but never the newest
	maxIdle    = 8 << 20  // bytes of secrets that no running job declared; then a quarter of them is forgotten
)
