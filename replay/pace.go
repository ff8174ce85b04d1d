package replay

import (
	"math"
	"time"
)

// AsRecorded, as a time in [Options], is the one that was recorded, at the replay's pace.
const AsRecorded time.Duration = -1

// scaled is how long something takes in this replay that took so long then.
func (r *Replayer) scaled(then time.Duration) time.Duration {
	if r.pace <= 0 {
		return then
	}
	if d := float64(then) / r.pace; d < math.MaxInt64 {
		return time.Duration(d)
	}
	return math.MaxInt64
}

// age is how old a job is, in the time of the recording.
func (r *Replayer) age(j *job, now time.Time) time.Duration {
	age := now.Sub(j.since)
	if r.pace > 0 {
		age = time.Duration(float64(age) * r.pace)
	}
	return age
}

// defaultInterval is how often runners send their trace if nothing is said: a recorded minute would only make a replay slow.
const defaultInterval = 3 * time.Second

// intervalOf is how often the runner of a job is told to send its trace.
func (r *Replayer) intervalOf(j *job) time.Duration {
	if r.interval != AsRecorded {
		return r.interval
	}
	if j.interval == 0 {
		return defaultInterval
	}
	return r.scaled(j.interval)
}

// pauseOf is how long a runner is told to wait until it asks again whether its final update was taken. At the fast pace not
// for long.
func (r *Replayer) pauseOf(j *job) time.Duration {
	if r.pace > 0 {
		return r.scaled(j.pause)
	}
	return min(j.pause, maxPause)
}

// comes is when a job may be handed out: at once, or as long after the first request as it was after the first exchange of the
// recording. The queue is locked.
func (r *Replayer) comes(j *job) time.Time {
	if !r.atTimes {
		return time.Time{}
	}
	return r.queue.began.Add(r.scaled(j.started.Sub(r.index.began)))
}
