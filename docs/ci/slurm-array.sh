#!/bin/bash
#SBATCH --job-name=useipsec
#SBATCH --array=0-3
#SBATCH --cpus-per-task=4
#SBATCH --time=00:30:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:TERM@60
# A Slurm array, submitted in the project's folder, which was built before. docs/ci/README.md explains it:
#   job=$(sbatch --parsable docs/ci/slurm-array.sh)
#   sbatch --dependency=afterany:"$job" docs/ci/slurm-merge.sh "$job"
# SCENARIOS: what to run, as `useipsec list` takes it; empty: all.
results=${RESULTS:-results/slurm-$SLURM_ARRAY_JOB_ID}
attempt=${SLURM_RESTART_COUNT:-0}

trap 'kill -TERM $!' TERM  # Slurm's warning before the time is over: what was finished is kept
build/useipsec run $SCENARIOS --shard auto --jobs "${SLURM_CPUS_PER_TASK:-0}" \
  --out "$results/shard-$SLURM_ARRAY_TASK_ID.$attempt" &
wait $!
code=$?
if [ $code -gt 128 ]; then  # the trap ended the wait, not yet the run
  wait $!
  code=$?
fi

case $code in
  77 | 124 | 125)  # this machine, a deadline, our own fault; 1 is a verdict and stays
    [ "$attempt" -lt 2 ] && scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    ;;
esac
exit $code
