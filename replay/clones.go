package replay

import (
	"runnertape"
	"runnertape/decode"
)

// maxGitAhead is how many exchanges of git are read before the first request at most.
const maxGitAhead = 2000

// Unrecorded are, of the first n jobs, those that clone a project of which the recording has nothing of git, by job: the path
// of the project. In a recording with very much of git it is not looked.
func (r *Replayer) Unrecorded(n int) (map[int64]string, error) {
	recorded := r.index.count(func(of *runnertape.Kind) bool { return of.Whole && decode.Endpoint(of.Endpoint) == decode.Git })
	if recorded > maxGitAhead {
		return nil, nil
	}
	missing := map[int64]string{}
	for at := range int32(min(n, len(r.index.offers))) {
		if !r.index.wants(at) {
			continue
		}
		j := r.index.looked(at)
		if j == nil {
			var err error
			if j, err = r.index.readJob(at); err != nil {
				return nil, err
			}
		}
		if j != nil && j.clones != "" && (recorded == 0 || r.index.repo(j.clones) == nil) {
			missing[j.number] = j.clones
		}
	}
	return missing, nil
}
