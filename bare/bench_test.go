package bare

import (
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkRebuild makes a repository of jobs that each fetched another commit: into an empty folder, or into what the job before
// left there. It tells how often that takes as long as indexing all packs does, and the time a clone of it takes after that.
func BenchmarkRebuild(b *testing.B) {
	const commits, jobs = 2000, 20
	for _, strategy := range []string{"clone", "fetch"} {
		b.Run(strategy, func(b *testing.B) {
			u := newUpstream(b, commits-jobs)
			dir := filepath.Join(b.TempDir(), "a")
			for job := range jobs {
				u.commit(b, commits-jobs+1+job, commits-jobs+1+job)
				if strategy == "clone" {
					dir = filepath.Join(b.TempDir(), "a")
				}
				mustFetch(b, dir, u.as(job+1), "2", "--depth", "20", "+refs/heads/main:refs/remotes/origin/main")
			}
			var made, indexed time.Duration
			for b.Loop() {
				g := New(b.Context(), u, slog.New(slog.DiscardHandler))
				began := time.Now()
				repository, err := g.Rebuild(u.answers)
				must(b, err)
				made += time.Since(began)
				began = time.Now()
				builder := &builder{Repository: repository, ctx: b.Context()}
				for i := range u.answers {
					builder.sort(&u.answers[i])
				}
				for _, f := range builder.fetches {
					if err := builder.index(f); !errors.Is(err, errNoPack) {
						must(b, err)
					}
				}
				indexed += time.Since(began)
				if len(repository.left) > 0 {
					b.Fatal(repository.left)
				}
				must(b, g.Close())
			}
			b.ReportMetric(made.Seconds()/indexed.Seconds(), "x-indexing")
			b.ReportMetric(float64(made.Milliseconds())/float64(b.N*jobs), "ms/job")
		})
	}
}
