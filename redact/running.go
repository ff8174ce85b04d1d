package redact

import "slices"

// heldJob is a running job and the secrets that its payload declared.
type heldJob struct {
	id      int64
	secrets []*secret
}

// holdForJob keeps secrets for as long as the job runs, which has just been handed out.
func (r *Redactor) holdForJob(id int64, secrets []*secret) {
	r.jobEnded(id) // it may be handed out again
	k := &r.recall
	r.mu.Lock()
	k.held[id] = k.order.PushBack(&heldJob{id, slices.Clone(secrets)})
	oldest := k.order.Front().Value.(*heldJob)
	running := k.order.Len()
	r.mu.Unlock()
	if running > maxRunning {
		r.jobEnded(oldest.id)
	}
}

// jobEnded lets go of what the job's payload declared.
func (r *Redactor) jobEnded(id int64) {
	k := &r.recall
	r.mu.Lock()
	var secrets []*secret
	if job := k.held[id]; job != nil {
		secrets = k.order.Remove(job).(*heldJob).secrets
		delete(k.held, id)
	}
	r.mu.Unlock()
	r.release(secrets)
}

// Bounds of what a Redactor remembers. What running jobs declared stays as long as
// they run. Of all else the latest used stay, but tokens that show themselves by their form
// go first: nearly all that a job has of its own are such, and they are found without being known.
// That leaves room for some 5000 others: what 8000 jobs leave behind that have one of their own each, 1100 that
// have five, or 390 that have fifteen. With four times as many a pass over a text takes ten times as long.
const (
	maxRunning = 2000    // jobs; of more at once the oldest count as ended
	maxIdle    = 8 << 20 // bytes of secrets that no running job declared; then a quarter of them is forgotten
)
