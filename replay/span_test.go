package replay

import "testing"

func TestSpan(t *testing.T) {
	for _, c := range []struct {
		header  string
		size    int64
		from, n int64
		status  int
	}{
		{"", 10, 0, 10, 200},
		{"bytes=0-0", 10, 0, 1, 206},
		{"bytes=2-5", 10, 2, 4, 206},
		{"bytes=2-99", 10, 2, 8, 206},
		{"bytes=2-99999999999999999999", 10, 2, 8, 206},
		{"bytes=9-", 10, 9, 1, 206},
		{"bytes=10-", 10, 0, 0, 416},
		{"bytes=99999999999999999999-", 10, 0, 0, 416},
		{"bytes=-3", 10, 7, 3, 206},
		{"bytes=-99", 10, 0, 10, 206},
		{"bytes=-0", 10, 0, 0, 416},
		{"bytes=0-0", 0, 0, 0, 416},
		{"bytes=-1", 0, 0, 0, 416},
		{"bytes=5-2", 10, 0, 10, 200},
		{"bytes=0-1,4-5", 10, 0, 10, 200},
		{"bytes=-", 10, 0, 10, 200},
		{"bytes=+1-2", 10, 0, 10, 200},
		{"lines=1-2", 10, 0, 10, 200},
	} {
		if from, n, status := span(c.header, c.size); from != c.from || n != c.n || status != c.status {
			t.Errorf("span(%q, %d) = %d, %d, %d, want %d, %d, %d", c.header, c.size, from, n, status, c.from, c.n, c.status)
		}
	}
}
