package replay

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"runnertape"
)

// asked is the body of a poll that has that value.
func asked(value string) string { return fmt.Sprintf(`{"token":"glrt-a","last_update":%q}`, value) }

// A poll that is up to date is held until a job has become due, and says nothing of it: the next one gets the job. Here and
// below time passes when all wait.
func TestHeldPollWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := New(chained(), Options{Hold: 50 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		r.next(t, `{"token":"glrt-a"}`)
		value := lastUpdate(r.ask("POST", "/api/v4/jobs/request", `{"token":"glrt-a"}`).want(t, 204, "Gitlab-Ci-Builds-Polling", "yes"))
		if value == "" {
			t.Error("no last update")
		}
		r.ask("POST", "/api/v4/jobs/request", asked("other")).want(t, 204, "X-GitLab-Last-Update", value)
		r.ask("POST", "/api/v4/jobs/request", fmt.Sprintf(`{"last_update":%q}`, value)).want(t, 204, "X-GitLab-Last-Update", value) // nobody's
		var held sync.WaitGroup
		for range 3 {
			held.Go(func() { r.ask("POST", "/api/v4/jobs/request", asked(value)).want(t, 204, "X-GitLab-Last-Update", "") })
		}
		synctest.Wait()
		began := time.Now()
		r.say(t, 42, "success").want(t, 200)
		held.Wait()
		if d := time.Since(began); d != 0 {
			t.Errorf("they are held for another %v", d)
		}
		if o := r.next(t, asked(value)); o.ID != 43 {
			t.Errorf("job %d", o.ID)
		}
	})
}

// Polls are held as long as then, at the pace; and what they are told first is what was told then.
func TestHoldAsRecorded(t *testing.T) {
	held := func(d time.Duration, value string) Take {
		k := poll()
		k.Answer = []string{"X-GitLab-Last-Update", value}
		k.Edit = func(x *runnertape.Exchange) { x.Replied = x.Started.Add(d) }
		return k
	}
	for _, c := range []struct {
		then, want time.Duration
		pace       float64
	}{{50 * time.Second, 50 * time.Second, 0}, {50 * time.Second, 25 * time.Second, 2}, {900 * time.Millisecond, 0, 1}} {
		r, err := New(NewTape("http://gitlab.example").Add(held(0, "8d8a64d1f0"), held(c.then, ""), held(0, "a1")), Options{Hold: AsRecorded, Pace: c.pace})
		if err != nil {
			t.Fatal(err)
		}
		if r.longPoll != c.want {
			t.Errorf("%v at pace %v: %v, want %v", c.then, c.pace, r.longPoll, c.want)
		}
		if got := lastUpdate(r.ask("POST", "/api/v4/jobs/request", `{}`)); got != "8d8a64d1f0" {
			t.Errorf("last update %q", got)
		}
	}
}

// A poll that is held looks again when the time of a job has come.
func TestHeldPollLooksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := New(timed(), Options{AtTimes: true, Hold: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		value := lastUpdate(r.ask("POST", "/api/v4/jobs/request", asked("")).want(t, 204))
		r.ask("POST", "/api/v4/jobs/request", asked(value)).want(t, 204, "X-GitLab-Last-Update", "")
		if d := time.Since(began); d != 1010*time.Millisecond {
			t.Errorf("woken after %v", d)
		}
		r.next(t, asked(value))
		value = lastUpdate(r.ask("POST", "/api/v4/jobs/request", asked(value)).want(t, 204))
		r.say(t, 1, "running").want(t, 200)
		r.ask("POST", "/api/v4/jobs/request", asked(value)).want(t, 204)
		if d := time.Since(began); d != 4010*time.Millisecond {
			t.Errorf("woken after %v", d)
		}
		r.next(t, asked(value))
	})
}

// A poll is held for no longer than --hold says, and one whose job was lost is told.
func TestHeldPollEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ending := make(chan struct{})
		r, err := New(job42(), Options{Hold: 50 * time.Second, Ending: ending})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		r.next(t, asked(""))
		value := lastUpdate(r.ask("POST", "/api/v4/jobs/request", asked("")).want(t, 204))
		for _, want := range []time.Duration{50 * time.Second, DefaultLostAfter} {
			r.ask("POST", "/api/v4/jobs/request", asked(value)).want(t, 204)
			if d := time.Since(began); d != want {
				t.Errorf("woken after %v, want %v", d, want)
			}
		}
		r.next(t, asked(value))
		value = lastUpdate(r.ask("POST", "/api/v4/jobs/request", asked(value)).want(t, 204))
		time.AfterFunc(time.Second, func() { close(ending) })
		r.ask("POST", "/api/v4/jobs/request", asked(value)).want(t, 204)
		if d := time.Since(began); d != DefaultLostAfter+time.Second {
			t.Errorf("held until %v, though the replay ended", d)
		}
	})
}
