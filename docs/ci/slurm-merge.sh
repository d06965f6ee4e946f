#!/bin/bash
#SBATCH --job-name=useipsec-merge
#SBATCH --time=00:10:00
# Submitted by the lines in slurm-array.sh, with the array's job id.
results=${RESULTS:-results/slurm-$1}
exec build/useipsec merge "$results"/shard-* --out "$results/whole" --junit "$results/junit.xml"
