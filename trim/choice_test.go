package trim

import (
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

func TestJobIsKeptWithWhatItNeeds(t *testing.T) {
	for _, test := range []struct {
		name string
		tell func(s *story) (kept []uint64) // those of job 2
	}{
		{"its own, and its runner's", func(s *story) []uint64 {
			s.verify("other")
			kept := []uint64{s.verify("one")}
			s.poll("one")
			s.poll("other")
			s.handOut("other", 1)
			kept = append(kept, s.poll("one"))
			s.poll("other")
			kept = append(kept, s.handOut("one", 2))
			s.patch(1)
			kept = append(kept, s.fetch(2, "group/app", false), s.patch(2), s.end(2))
			s.end(1)
			s.poll("one")
			return kept
		}},
		{"what has not ended", func(s *story) []uint64 {
			kept := []uint64{s.handOut("one", 2), s.fetch(2, "group/app", false), s.begin("PATCH", "/api/v4/jobs/2/trace", nil, "a").ID}
			s.begin("PATCH", "/api/v4/jobs/1/trace", nil, "a")
			s.begin("POST", "/api/v4/jobs/request", nil, asks("one"))
			return kept
		}},
		{"of nobody, while it ran", func(s *story) []uint64 {
			s.handOut("one", 1)
			s.object("/cache", 0)
			s.add("GET", "/api/v4/version", nil, "", 200, nil, "{}")
			kept := []uint64{s.handOut("one", 2), s.fetch(0, "group/app", false), s.fetch(2, "group/app", false)}
			s.fetch(0, "group/else", false)
			kept = append(kept, s.object("/cache", 0), s.add("GET", "/api/v4/version", nil, "", 200, nil, "{}"), s.end(2))
			s.object("/cache", 0)
			s.fetch(0, "group/app", false)
			s.end(1)
			return kept
		}},
		{"an object that several fetch at once", func(s *story) []uint64 {
			kept := []uint64{s.handOut("one", 2, 9)}
			s.handOut("one", 3, 9)
			kept = append(kept, s.fetch(2, "group/app", false), s.download(2, 9, "/9/a.zip"))
			s.download(3, 9, "/9/a.zip")
			kept = append(kept, s.object("/9/a.zip", 2), s.object("/9/a.zip", 3)) // both seem to be the third's
			return append(kept, s.end(2))
		}},
		{"an object in parts, of which some seem to be another's", func(s *story) []uint64 {
			kept := []uint64{s.handOut("one", 2, 9), s.fetch(2, "group/app", false), s.download(2, 9, "/9/a.zip"), s.part("/9/a.zip", 2)}
			s.handOut("one", 3, 9)
			s.download(3, 9, "/9/a.zip")
			return append(kept, s.part("/9/a.zip", 2), s.end(2))
		}},
		{"an object that broke off", func(s *story) []uint64 {
			kept := []uint64{s.handOut("one", 2, 9), s.fetch(2, "group/app", false), s.download(2, 9, "/9/a.zip"), s.object("/9/a.zip", 2)}
			s.all[len(s.all)-1].Failure = &runnertape.Failure{Side: runnertape.ResponseSide}
			kept = append(kept, s.end(2))
			s.handOut("one", 3, 9)
			s.download(3, 9, "/9/a.zip")
			return append(kept, s.object("/9/a.zip", 3))
		}},
		{"one object of its own", func(s *story) []uint64 {
			kept := []uint64{s.handOut("one", 2, 9), s.fetch(2, "group/app", false), s.download(2, 9, "/9/a.zip"), s.object("/9/a.zip", 2), s.end(2)}
			s.handOut("one", 3, 9)
			s.download(3, 9, "/9/a.zip")
			s.object("/9/a.zip", 3)
			return kept
		}},
		{"packs that its fetch builds on", func(s *story) []uint64 {
			s.handOut("one", 1)
			kept := []uint64{s.fetch(1, "group/app", false)}
			s.fetch(1, "group/other", false)
			s.end(1)
			kept = append(kept, s.handOut("one", 2), s.fetch(2, "group/app", true), s.end(2))
			s.handOut("one", 3)
			s.fetch(3, "group/app", true)
			return kept
		}},
		{"packs of a job that fetched none", func(s *story) []uint64 {
			s.handOut("one", 1)
			kept := []uint64{s.fetch(1, "group/app", false)}
			return append(kept, s.handOut("one", 2), s.end(2))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStory(t)
			want := test.tell(s)
			if diff := cmp.Diff(want, s.kept(s.ofJob(2), Rules{Polls: 1})); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
				for _, x := range s.all {
					if d := x.Decoded; d != nil {
						t.Logf("%d %s of job %d: %s", x.ID, d.Endpoint, d.JobID, d.Gist)
					}
				}
			}
		})
	}
}

func TestPolls(t *testing.T) {
	s := newStory(t)
	for range 3 {
		s.poll("one") // 1, 3, 5
		s.poll("two") // 2, 4, 6
	}
	s.handOut("one", 1) // 7
	s.handOut("one", 2) // 8
	s.poll("one")       // 9
	s.poll("one")       // 10
	polls := s.which(func(x *runnertape.Exchange) bool { return x.Status() == 204 })
	for _, test := range []struct {
		name  string
		asked iter.Seq2[runnertape.Entry, error]
		rules Rules
		want  []uint64
	}{
		{"one of each row", nil, Rules{Polls: 1}, []uint64{5, 6, 7, 8, 10}},
		{"two of each row", nil, Rules{Polls: 2}, []uint64{3, 4, 5, 6, 7, 8, 9, 10}},
		{"none", nil, Rules{}, []uint64{7, 8}},
		{"all", nil, Rules{Polls: AllPolls}, []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{"of a job", s.ofJob(1), Rules{Polls: 2}, []uint64{3, 5, 7}},
		{"of a job, all", s.ofJob(1), Rules{Polls: AllPolls}, []uint64{1, 3, 5, 7}},
		{"of a job without any", s.ofJob(2), Rules{Polls: AllPolls}, []uint64{8}},
		{"asked for", polls, Rules{Polls: 1}, []uint64{5, 6, 10}},
		{"exactly", polls, Rules{Polls: AllPolls, Exact: true}, []uint64{1, 2, 3, 4, 5, 6, 9, 10}},
		{"exactly, thinned", polls, Rules{Polls: 1, Exact: true}, []uint64{5, 6, 10}},
		{"exactly a job", s.ofJob(1), Rules{Polls: AllPolls, Exact: true}, []uint64{7}},
		{"asked for the first", s.which(func(x *runnertape.Exchange) bool { return x.ID < 3 }), Rules{Polls: 1}, []uint64{1, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, s.kept(test.asked, test.rules)); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPartial(t *testing.T) {
	s := newStory(t)
	s.patch(1)
	s.handOut("one", 2)
	s.end(2)
	s.end(1)
	c, err := Choose(s.exchanges(), s.which(func(x *runnertape.Exchange) bool { return x.Request.Method == "PUT" }), Rules{})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Partial(); !slices.Equal(got, []int64{1}) {
		t.Errorf("partial are %v", got)
	}
	later := *s.all[3]
	if later.ID = 5; c.Keeps(&later) {
		t.Error("an exchange is kept that was not there when the choice was made")
	}
}

func TestErrorsAreReturned(t *testing.T) {
	broken := errors.New("broken")
	wrong := func(yield func(*runnertape.Exchange, error) bool) { yield(nil, broken) }
	asked := func(yield func(runnertape.Entry, error) bool) { yield(runnertape.Entry{}, broken) }
	if _, err := Choose(newStory(t).exchanges(), asked, Rules{}); !errors.Is(err, broken) {
		t.Errorf("of what is asked for: %v", err)
	}
	if _, err := Choose(wrong, nil, Rules{}); !errors.Is(err, broken) {
		t.Errorf("of all: %v", err)
	}
}
